using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

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

    /// <summary>Names of the outputs in order.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>What was minimised.</summary>
    public required string Objective { get; init; }

    /// <summary>The update rule with its options.</summary>
    public required string Optimizer { get; init; }

    /// <summary>The strategies in the order in which they acted.</summary>
    public required IReadOnlyList<string> Strategies { get; init; }

    /// <summary>Seed of the run.</summary>
    public required long Seed { get; init; }

    /// <summary>Examples a step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Where it was trained: <c>"cpu"</c>, <c>"cuda:0"</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Number of training examples.</summary>
    public required int TrainCount { get; init; }

    /// <summary>Number of validation examples.</summary>
    public required int ValidationCount { get; init; }

    /// <summary>The epochs in order.</summary>
    public required IReadOnlyList<EpochReport> Epochs { get; init; }

    /// <summary>Measures of the weights that the model had after <see cref="WeightsFromEpoch"/>; null without a validation set. What a strategy changes at the end of the run is not measured again.</summary>
    public Evaluation? Evaluation { get; init; }

    /// <summary>Epoch whose weights the model has now, from 0.</summary>
    public required int WeightsFromEpoch { get; init; }

    /// <summary>Why it ended: <c>"all epochs done"</c>, or what a strategy said.</summary>
    public required string StopReason { get; init; }

    /// <summary>What was computed once instead of in every epoch.</summary>
    public required IReadOnlyList<FeatureCacheReport> FeatureCaches { get; init; }

    /// <summary>What the user should know: classes without examples and the like.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Wall time of the whole run.</summary>
    public required double Seconds { get; init; }

    /// <summary>Versions of the library, TorchSharp, libtorch and .NET.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>Share of right answers on the validation set, 0 to 1; NaN without one, or where the task is no classification.</summary>
    public double Accuracy => (Evaluation as ClassificationEvaluation)?.Accuracy ?? double.NaN;

    internal static TrainingReport Create(
        TrainingSession session,
        IReadOnlyList<IFineTuneStrategy> strategies,
        int trainCount,
        int validationCount,
        IReadOnlyList<string> warnings,
        Device device) => new()
        {
            Backbone = session.Model.Backbone.Info.Id,
            Weights = session.Model.Backbone.Info.Weights,
            Head = session.Model.Replacer.Kind,
            Labels = session.Model.Labels,
            Objective = session.Model.Replacer.Objective.Name,
            Optimizer = session.Options.Optimizer.ToString(),
            Strategies = [.. strategies.Select(strategy => strategy.Description)],
            Seed = session.Options.Seed,
            BatchSize = session.Options.BatchSize,
            Device = device.ToString(),
            TrainCount = trainCount,
            ValidationCount = validationCount,
            Epochs = [.. session.Epochs],
            Evaluation = session.Evaluation,
            WeightsFromEpoch = session.WeightsFromEpoch,
            StopReason = session.StopReason ?? "all epochs done",
            FeatureCaches = [.. session.FeatureCaches],
            Warnings = warnings,
            Seconds = session.Seconds,
            Versions = VersionsInUse(),
        };

    internal static IReadOnlyDictionary<string, string> VersionsInUse() => new Dictionary<string, string>
    {
        ["transferLearning"] = typeof(TrainingReport).Assembly.GetName().Version!.ToString(3),
        ["torchSharp"] = typeof(torch).Assembly.GetName().Version!.ToString(3),
        ["libtorch"] = torch.__version__,
        ["dotnet"] = RuntimeInformation.FrameworkDescription,
    };
}
