using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Asks a model for predictions. Thread-safe: one predictor serves any number of threads.</summary>
/// <remarks>Owns the model: dispose the predictor, not the model.</remarks>
public sealed class Predictor : IDisposable
{
    private readonly SharedResource _shared;
    private readonly BackboneUse _backbone;
    private readonly OneDnn _oneDnn;

    /// <summary>Takes a model, puts it into evaluation mode and moves it to a device.</summary>
    /// <param name="model">The model; the predictor owns it from now on.</param>
    /// <param name="device">Where to predict; null (default): the first CUDA device where there is one, else the CPU.</param>
    public Predictor(TransferModel model, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        (_shared, _backbone) = (new SharedResource(model, this), BackboneUse.Of(model.Backbone));
        Device = device ?? TorchRuntime.BestDevice;
        model.To(Device);
        model.Eval();
        _oneDnn = new OneDnn([.. model.Modules]);
    }

    /// <summary>The model.</summary>
    public TransferModel Model { get; }

    /// <summary>Where it predicts.</summary>
    public Device Device { get; }

    /// <summary>
    /// What the model says of each example of a batch. Of a <see cref="MultiLabel"/> model each probability stands for itself:
    /// they do not sum to 1, and <see cref="Classification.Best"/> is the highest.
    /// </summary>
    /// <param name="input">N examples, prepared as the model's backbone wants them, on any device; not disposed.</param>
    /// <param name="describe">What an example is called in messages, by its position in the batch; null (default): "Example 3 of the
    /// batch".</param>
    /// <exception cref="NotSupportedException">The model gives values and no probabilities (<see cref="Regression"/>), or outputs without
    /// names: use <see cref="Score"/> or <see cref="Answer"/>.</exception>
    /// <exception cref="ArgumentException">An example holds NaN or infinite values, or its outputs do.</exception>
    /// <exception cref="InvalidOperationException">A run on another thread trains the model's backbone.</exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed.</exception>
    /// <exception cref="ExternalException">Torch refuses an operation, such as on images of another size or type than the backbone reads;
    /// the message is torch's.</exception>
    public IReadOnlyList<Classification> Predict(TensorSet input, Func<int, string>? describe = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (answer, labels) = (Model.Replacer.Objective.Answer, Model.Labels);
        if (!answer.IsProbability)
            throw new NotSupportedException($"The model gives {answer.Description} and no probabilities: ask Predictor.Score for them.");
        using var use = _shared.Enter();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var probabilities = answer.Read(Labelled(input, describe));
        var values = MemoryMarshal.Cast<byte, double>(probabilities.to_type(ScalarType.Float64).cpu().contiguous().bytes);
        var classifications = new Classification[input.Count];
        for (var i = 0; i < classifications.Length; i++)
        {
            var row = values.Slice(i * labels.Count, labels.Count).ToArray();
            if (!row.All(double.IsFinite)) throw NonFinite.Explain(input, i, describe);
            classifications[i] = new Classification([.. labels
                .Select((label, k) => new Prediction(label, row[k]))
                .OrderByDescending(prediction => prediction.Probability)]);
        }
        return classifications;
    }

    /// <summary>
    /// The head's outputs for each example of a batch: the values of a regression, else the logits, in the order of the labels.
    /// </summary>
    /// <param name="input">N examples, prepared as the model's backbone wants them, on any device; not disposed.</param>
    /// <param name="describe">What an example is called in messages, by its position in the batch; null (default): "Example 3 of the
    /// batch".</param>
    /// <exception cref="NotSupportedException">The outputs have no names: use <see cref="Answer"/>.</exception>
    /// <exception cref="ArgumentException">An example holds NaN or infinite values, or its outputs do.</exception>
    /// <exception cref="InvalidOperationException">A run on another thread trains the model's backbone.</exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed.</exception>
    /// <exception cref="ExternalException">Torch refuses an operation, such as on images of another size or type than the backbone reads;
    /// the message is torch's.</exception>
    public IReadOnlyList<float[]> Score(TensorSet input, Func<int, string>? describe = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var use = _shared.Enter();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var rows = OutputRows.Of(Labelled(input, describe).Values, Model.Labels.Count);
        foreach (var (i, row) in rows.Index())
            if (!row.All(float.IsFinite)) throw NonFinite.Explain(input, i, describe);
        return rows;
    }

    /// <summary>
    /// What the objective makes of the outputs, of any shape, on the CPU: probabilities of each token, values of each pixel. The result
    /// belongs to the current dispose scope.
    /// </summary>
    /// <param name="input">N examples, prepared as the model's backbone wants them, on any device; not disposed.</param>
    /// <param name="describe">What an example is called in messages, by its position in the batch; null (default): "Example 3 of the
    /// batch".</param>
    /// <exception cref="ArgumentException">An example holds NaN or infinite values, or its answer is NaN.</exception>
    /// <exception cref="InvalidOperationException">A run on another thread trains the model's backbone.</exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed.</exception>
    /// <exception cref="ExternalException">Torch refuses an operation; the message is torch's.</exception>
    public TensorSet Answer(TensorSet input, Func<int, string>? describe = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var use = _shared.Enter();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        NonFinite.Refuse(input, describe);
        var output = Forward(input);
        var answer = Model.Replacer.Objective.Answer.Read(output);
        // Infinite ones may be meant: what stands in no place has the logit of minus infinity.
        if (answer.is_floating_point() && answer.isnan().any().item<bool>())
            throw NonFinite.Explain(
                input, (int)answer.isnan().reshape(answer.shape[0], -1).any(1).to_type(ScalarType.Int32).argmax().item<long>(), describe);
        return output.WithValues(answer).Map(tensor => tensor.cpu().alias()).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Disposes the model, after the last prediction that is in flight; later ones get an <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose() => _shared.Dispose();

    private TensorSet Forward(TensorSet input)
    {
        using var use = _backbone.Predict();
        using var off = _oneDnn.Use();
        return Model.Forward(input.To(Device));
    }

    private TensorSet Labelled(TensorSet input, Func<int, string>? describe)
    {
        NonFinite.Refuse(input, describe);
        var (outputs, labels) = (Forward(input), Model.Labels.Count);
        return labels > 0 && outputs.Values.dim() == 2 && outputs.Values.shape[0] == input.Count && outputs.Values.shape[1] == labels
            ? outputs
            : throw new NotSupportedException(
            $"The model gives outputs of shape [{string.Join(", ", outputs.Values.shape)}] and not [{input.Count}, {labels}], a row "
            + "for each example and a column for each label: read them by Predictor.Answer.");
    }
}
