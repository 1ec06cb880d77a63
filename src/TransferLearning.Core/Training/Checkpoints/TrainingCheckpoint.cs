using System.Text.Json;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// The file of a checkpoint: a saved model, and beside it under <c>training.</c> the optimizer's history, what the strategies
/// remember, and where the run stands.
/// </summary>
internal static class TrainingCheckpoint
{
    private const string StateName = ModelArtefact.TrainingPrefix + "state";
    private const string OptimizerPrefix = ModelArtefact.TrainingPrefix + "optimizer.";

    public static void Write(
        string path, TrainingSession session, IReadOnlyList<IFineTuneStrategy> strategies, IReadOnlyDictionary<string, string> run)
    {
        using var scope = NewDisposeScope();
        var saved = strategies.Select(Save).ToArray();
        var state = session.Position() with
        {
            Run = run,
            Strategies = [.. saved.Select(strategy => new StrategyNumbers(
                strategy.Numbers.ToDictionary(), strategy.Snapshots.ToDictionary(entry => entry.Key, entry => entry.Value.Epoch)))],
        };
        var history =
            from parameter in session.Histories()
            from entry in parameter.History
            select KeyValuePair.Create($"{OptimizerPrefix}{parameter.Name}.{entry.Key}", entry.Value);
        var remembered = saved.SelectMany(
            (strategy, i) => strategy.Tensors.Select(entry => KeyValuePair.Create(TensorPrefix(i) + entry.Key, entry.Value))
            .Concat(strategy.Snapshots.SelectMany(snapshot => snapshot.Value.Values.Select(entry => KeyValuePair.Create(SnapshotPrefix(i, snapshot.Key) + entry.Key, entry.Value)))));
        // A tensor, since a safetensors header has a largest size and a confusion matrix of many classes has none.
        ModelArtefact.Save(
            session.Model, path, session.Touched.Select(entry => KeyValuePair.Create(entry.Name, entry.Value)),
            [.. history, .. remembered, KeyValuePair.Create(StateName, tensor(state.ToJson()))], session.ChecksumOfRest());
    }

    /// <summary>Puts a run back to where it stood. The strategies are prepared.</summary>
    /// <exception cref="WeightFormatException">The file is damaged or no checkpoint; the model is as it was.</exception>
    /// <exception cref="ArgumentException">It is the checkpoint of another run; the message says in what it differs.</exception>
    public static void Load(
        string path, TrainingSession session, IReadOnlyList<IFineTuneStrategy> strategies, IReadOnlyDictionary<string, string> run)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var file = WeightFile.Open(path);
        var state = ReadState(file);
        Compare(path, state.Run, run);
        if (!session.Fits(state) || state.Strategies.Count != strategies.Count || state.Strategies.Any(strategy => strategy is null))
            throw new WeightFormatException(
                path, "holds a training state that no run comes to. Remove it to go on from an earlier checkpoint.");
        // All of it is read before anything changes.
        var tensors = file.Tensors.Keys.Where(
            name => name.StartsWith(ModelArtefact.TrainingPrefix, StringComparison.Ordinal)).ToDictionary(name => name, file.Read);
        try
        {
            session.LoadHistories(parameter => Under(tensors, $"{OptimizerPrefix}{parameter}."));
            session.GoTo(state, file.Tensors.Keys.Where(name => !name.StartsWith(ModelArtefact.TrainingPrefix, StringComparison.Ordinal)));
            foreach (var (i, strategy) in strategies.Index())
                strategy.Load(
                    new StrategyState(
                        state.Strategies[i].Numbers, Under(tensors, TensorPrefix(i)),
                        name => state.Strategies[i].Snapshots.TryGetValue(name, out var epoch)
                    ? session.Snapshot(
                        session.State.Where(entry => tensors.ContainsKey(SnapshotPrefix(i, name) + entry.Name)), (parameter, now) => tensors.For(now, SnapshotPrefix(i, name) + parameter), epoch)
                    : null));
            // Last, since an older checkpoint holds less and can only be loaded into weights that have not changed.
            ModelArtefact.LoadInto(session.Model, file);
        }
        catch (Exception error) when (
            error is KeyNotFoundException or ArgumentOutOfRangeException or InvalidDataException or WeightMismatchException)
        {
            throw new WeightFormatException(
                path, $"lacks part of the run's state: {error.Message} Remove it to go on from an earlier checkpoint.", error);
        }
    }

    private static RunState ReadState(WeightFile file)
    {
        if (!file.Tensors.TryGetValue(StateName, out var info) || info.Type != ScalarType.Byte)
            throw new WeightFormatException(file.Path, "is no checkpoint of a run: it holds no training state. Remove it from the folder.");
        try
        {
            var state = RunState.Parse(file.Read(StateName).bytes);
            return state.Version == RunState.FormatVersion
                ? state
                : throw new WeightFormatException(
                    file.Path, $"is a checkpoint of version {state.Version}; this library reads version {RunState.FormatVersion}. "
                        + "Start the run anew.");
        }
        catch (JsonException error)
        {
            throw new WeightFormatException(
                file.Path, $"holds a damaged training state: {error.Message} Remove it to go on from an earlier checkpoint.", error);
        }
    }

    private static void Compare(string path, IReadOnlyDictionary<string, string> saved, IReadOnlyDictionary<string, string> run)
    {
        string[] differences = [.. run.Where(aspect => saved.GetValueOrDefault(aspect.Key) != aspect.Value)
            .Select(aspect => $"{aspect.Key} was '{saved.GetValueOrDefault(aspect.Key)}' and is '{aspect.Value}'")];
        if (differences.Length > 0)
            throw new ArgumentException(
                $"The checkpoint '{path}' is of another run: {string.Join("; ", differences)}. Go on with the same settings, or "
                + "choose another folder.");
    }

    private static StrategyState Save(IFineTuneStrategy strategy)
    {
        var state = new StrategyState();
        strategy.Save(state);
        return state;
    }

    private static Dictionary<string, Tensor> Under(Dictionary<string, Tensor> tensors, string prefix) => tensors
        .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value);

    private static string TensorPrefix(int strategy) => $"{ModelArtefact.TrainingPrefix}strategy.{strategy}.tensor.";

    private static string SnapshotPrefix(int strategy, string name) =>
        $"{ModelArtefact.TrainingPrefix}strategy.{strategy}.snapshot.{name}.";
}
