using TransferLearning;
using static TorchSharp.torch;

namespace Snippets.Signals;

// snippet: signal-classifier
/// <summary>Tells what a signal is: made of examples in one call, or of a saved model alone. Thread-safe; owns its model.</summary>
public sealed class SignalClassifier(TransferModel model, Device? device = null) : IDisposable
{
    private readonly SignalSpec _input = model.Backbone.Info.Input as SignalSpec
        ?? throw new ArgumentException($"The backbone '{model.Backbone.Info.Id}' reads no signals: take one of SignalBackbones.", nameof(model));

    private readonly Predictor _predictor = new(model, device);

    /// <summary>What training did and reached; null for a model that was loaded or given.</summary>
    public TrainingReport? Report { get; private init; }

    public static SignalClassifier FineTune(
        SignalDataset signals, FineTuneOptions? options = null, string backbone = "signalnet_small", string? weights = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new FineTuneOptions();
        var (train, validation) = signals.Split(1 - options.ValidationShare, options.Seed);
        var recipe = SignalRecipe.Choose(train, options);
        var model = recipe.CreateModel(SignalBackbones.Load(backbone, weights), train.Targets, ownsBackbone: true);
        try
        {
            var report = recipe.Fit(model, train, validation, progress, cancellationToken);
            return new SignalClassifier(model, options.Device) { Report = report };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public static SignalClassifier Load(string path, Device? device = null, Kinds? kinds = null)
    {
        using var artefact = ModelArtefact.Open(path, kinds);
        return new SignalClassifier(artefact.Restore(SignalBackbones.Create(artefact.BackboneId, artefact.Input(SignalSpec.Read))), device);
    }

    public void Save(string path) => _predictor.Model.Save(path);

    public IReadOnlyList<Classification> Predict(params IReadOnlyList<float[]> signals)
    {
        using var batch = _input.Prepare(signals);
        return _predictor.Predict(batch);
    }

    public void Dispose() => _predictor.Dispose();
}
// end-snippet
