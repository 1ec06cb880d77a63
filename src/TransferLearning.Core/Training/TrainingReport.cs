using System.Runtime.InteropServices;
using TorchSharp;

namespace TransferLearning;

/// <summary>What a training run did and reached.</summary>
public sealed partial record TrainingReport
{
    /// <summary>Id of the backbone.</summary>
    public required string Backbone { get; init; }

    /// <summary>Where the backbone's weights came from; null where they were random.</summary>
    public WeightProvenance? Weights { get; init; }

    /// <summary>Kind of the head.</summary>
    public required string Head { get; init; }

    /// <summary>Names of the outputs in order; empty where they have none.</summary>
    public required IReadOnlyList<string> Labels { get; init => field = NoNulls.Checked(value, nameof(Labels)); }

    /// <summary>What was minimised.</summary>
    public required string Objective { get; init; }

    /// <summary>The update rule with its options.</summary>
    public required string Optimizer { get; init; }

    /// <summary>The strategies in the order in which they acted.</summary>
    public IReadOnlyList<string> Strategies { get; init => field = NoNulls.Checked(value, nameof(Strategies)); } = [];

    /// <summary>Which examples an epoch had, and in which order.</summary>
    public required string Sampler { get; init; }

    /// <summary>The number by which epochs were compared.</summary>
    public required string Monitor { get; init; }

    /// <summary>Seed of the run.</summary>
    public required long Seed { get; init; }

    /// <summary>Examples a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Where it was trained: <c>"cpu"</c>, <c>"cuda:0"</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Number of training examples.</summary>
    public required int TrainCount { get; init; }

    /// <summary>Number of validation examples.</summary>
    public required int ValidationCount { get; init; }

    /// <summary>The epochs in order.</summary>
    public IReadOnlyList<EpochReport> Epochs { get; init => field = NoNulls.Checked(value, nameof(Epochs)); } = [];

    /// <summary>Measures of the weights that the model had after <see cref="WeightsFromEpoch"/>; null without a validation set.</summary>
    public Evaluation? Evaluation { get; init; }

    /// <summary>Epoch whose weights the model has now, counted from 1.</summary>
    public int WeightsFromEpoch { get; init; }

    /// <summary>Why it ended: <c>"all epochs done"</c>, or what a strategy said.</summary>
    public string StopReason { get; init; } = "all epochs done";

    /// <summary>What was computed once instead of in every epoch.</summary>
    public IReadOnlyList<FeatureCacheReport> FeatureCaches { get; init => field = NoNulls.Checked(value, nameof(FeatureCaches)); } = [];

    /// <summary>What the user should know: classes without examples and the like.</summary>
    public IReadOnlyList<string> Warnings { get; init => field = NoNulls.Checked(value, nameof(Warnings)); } = [];

    /// <summary>Wall time of the whole run.</summary>
    public double Seconds { get; init; }

    /// <summary>The day on which it ended, in UTC.</summary>
    public DateOnly Date { get; init; }

    /// <summary>Number of weights that were trained, by layer group; groups without such are left out.</summary>
    public IReadOnlyDictionary<string, long> Trained { get; init; } = new Dictionary<string, long>();

    /// <summary>The reports of the stages that a recipe was made of, in order; empty for a single run.</summary>
    public IReadOnlyList<TrainingReport> Stages { get; init => field = NoNulls.Checked(value, nameof(Stages)); } = [];

    /// <summary>Versions of the library, TorchSharp, libtorch and .NET.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>Share of right answers on the validation set, 0 to 1; NaN without one, or where the task is no classification.</summary>
    public double Accuracy => Evaluation?.Accuracy ?? double.NaN;

    /// <summary>Measures of a classifier on the validation set; null without one, or where the task is no classification.</summary>
    public ClassificationResult? Classification => Evaluation?.Classification;

    /// <summary>
    /// The epoch, counted from 1, that is the best by <see cref="Monitor"/>, the first of equals; null without a validation set, or where
    /// no epoch has a number.
    /// </summary>
    public int? BestEpoch =>
        Epochs.Where(
            epoch => epoch.Evaluation?.Cost(Monitor) < double.PositiveInfinity).MinBy(epoch => epoch.Evaluation!.Cost(Monitor))?.Epoch;

    /// <summary>What is saved with the model.</summary>
    internal TrainingSummary Summary => new()
    {
        Date = Date, LibraryVersion = Versions["transferLearning"], TrainCount = TrainCount, ValidationCount = ValidationCount,
        Epochs = Stages.Count == 0 ? Epochs.Count : Stages.Sum(stage => stage.Epochs.Count), BatchSize = BatchSize, Seed = Seed,
        Optimizer = Optimizer, Strategies = Strategies, Trained = Trained, Measures = Evaluation?.Values
            ?? [], AccuracyInterval = Classification?.AccuracyInterval,
    };

    /// <summary>What is known before anything has run.</summary>
    internal static TrainingReport Of(
        TransferModel model, TrainerOptions options, string device, int trainCount, int validationCount, IReadOnlyList<string> warnings) => new()
    {
        Backbone = model.Backbone.Info.Id,
        Weights = model.Backbone.Info.Weights,
        Head = model.Replacer.Kind,
        Labels = model.Labels,
        Objective = model.Replacer.Objective.Description,
        Optimizer = InvariantText.Of(options.Optimizer),
        Sampler = options.Sampler.Description,
        Monitor = options.Monitor,
        Seed = options.Seed,
        BatchSize = options.BatchSize,
        Device = device,
        TrainCount = trainCount,
        ValidationCount = validationCount,
        Warnings = warnings,
        Date = DateOnly.FromDateTime(options.TimeProvider.GetUtcNow().UtcDateTime),
        Versions = new Dictionary<string, string>
        {
            ["transferLearning"] = typeof(TrainingReport).Assembly.GetName().Version!.ToString(3),
            ["torchSharp"] = typeof(torch).Assembly.GetName().Version!.ToString(3),
            ["libtorch"] = torch.__version__,
            ["dotnet"] = RuntimeInformation.FrameworkDescription,
        },
    };

    /// <summary>What a run did.</summary>
    internal static TrainingReport Of(
        TrainingSession session, IReadOnlyList<IFineTuneStrategy> strategies, int trainCount, int validationCount, IReadOnlyList<string> warnings, torch.Device device) =>
        Of(session.Model, session.Options, device.ToString(), trainCount, validationCount, warnings) with
        {
            Strategies = [.. strategies.Select(strategy => strategy.Description)],
            Monitor = session.Monitor,
            Epochs = [.. session.Epochs],
            Evaluation = session.Evaluation,
            WeightsFromEpoch = session.WeightsFromEpoch,
            StopReason = session.StopReason ?? "all epochs done",
            FeatureCaches = [.. session.FeatureCaches],
            Seconds = session.Elapsed.TotalSeconds,
            Trained = session.Groups.Select(
                group => KeyValuePair.Create(group.Name, group.Parameters.Where(parameter => session.TouchedNames.Contains(parameter.Name)).Sum(parameter => parameter.Parameter.numel())))
                .Where(group => group.Value > 0).ToDictionary(),
        };
}
