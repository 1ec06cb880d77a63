using static TorchSharp.torch;

namespace TransferLearning;

// What is kept until the end of the run.
public sealed partial class TrainingSession
{
    private readonly List<IDisposable> _owned = [];

    /// <summary>
    /// Takes over what a strategy keeps from step to step, such as tensors: the end of the run disposes it, however the run ends.
    /// </summary>
    /// <returns>The same object.</returns>
    public T Own<T>(T resource) where T : IDisposable
    {
        _owned.Add(resource ?? throw new ArgumentNullException(nameof(resource)));
        return resource;
    }

    /// <summary>
    /// Copies the weights that training has changed, as they are now. The caller disposes the snapshot; the end of the run does at the
    /// latest.
    /// </summary>
    public ModelSnapshot Capture() => Snapshot(Touched, (_, now) => now, WeightsFromEpoch, Evaluation);

    /// <summary>Puts the weights of a snapshot of this run back into the model.</summary>
    public void Restore(ModelSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        snapshot.CopyBack();
        Model.NotifyWeightsChanged();
        (WeightsFromEpoch, Evaluation, HasStaleFeatures) = (snapshot.Epoch, snapshot.Evaluation, true);
    }

    /// <summary>A snapshot of saved values of these tensors, of which <paramref name="value"/> gives the one of each name.</summary>
    internal ModelSnapshot Snapshot(IEnumerable<(string Name, Tensor Value)> state, Func<string, Tensor, Tensor> value, int epoch) =>
        Snapshot(state, value, epoch, EvaluationOf(epoch));

    /// <summary>Adds to each snapshot the values of what is trained from now on.</summary>
    private void ExtendSnapshots(HashSet<string> names)
    {
        _owned.RemoveAll(resource => resource is ModelSnapshot { IsDisposed: true });
        if (names.Count == 0) return;
        foreach (var snapshot in _owned.OfType<ModelSnapshot>())
            snapshot.Extend(State.Where(entry => names.Contains(entry.Name)), (_, now) => now);
    }

    private ModelSnapshot Snapshot(
        IEnumerable<(string Name, Tensor Value)> state, Func<string, Tensor, Tensor> value, int epoch, Evaluation? evaluation) =>
        Own(new ModelSnapshot(state, value, epoch, evaluation));
}
