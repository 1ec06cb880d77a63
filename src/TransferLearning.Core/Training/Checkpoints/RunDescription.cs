using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>What must be the same for a run to go on from a checkpoint, aspect by aspect. Device and threads may differ.</summary>
internal static class RunDescription
{
    public static IReadOnlyDictionary<string, string> Of(
        TrainingSession session, IReadOnlyList<IFineTuneStrategy> strategies, IDataset train, IDataset? validation)
    {
        var (model, options) = (session.Model, session.Options);
        Dictionary<string, string> run = new()
        {
            ["backbone"] = model.Backbone.Info.Id,
            ["input"] = InvariantText.Of(model.Backbone.Info.Input),
            ["head"] = Kind(model.Replacer.Kind, model.Replacer.Settings),
            ["names"] = Names(model.Labels),
            ["objective"] = Kind(model.Replacer.Objective.Kind, model.Replacer.Objective.Settings),
            ["metrics"] = string.Join("; ", model.Replacer.Metrics.Select(metric => Kind(metric.Kind, metric.Settings))),
            ["optimizer"] = InvariantText.Of(options.Optimizer),
            ["strategies"] = string.Join("; ", strategies.Select(strategy => strategy.Description)),
            ["monitor"] = options.Monitor,
            ["seed"] = $"{options.Seed}",
            ["epochs"] = $"{options.Epochs}",
            ["batch size"] = $"{options.BatchSize}",
            ["sampler"] = options.Sampler.Description,
            ["checksum of the sampler"] = $"{options.Sampler.Checksum:X8}",
            ["gradient clipping"] = FormattableString.Invariant($"{options.ClipGradientNorm}"),
            ["number of training examples"] = $"{train.Count}",
            ["checksum of the training examples"] = $"{train.Checksum:X8}",
            ["number of validation examples"] = $"{validation?.Count ?? 0}",
            ["checksum of the validation examples"] = $"{validation?.Checksum ?? 0:X8}",
        };
        foreach (var strategy in strategies)
            if (strategy.Checksum(model) is { } checksum) run[$"checksum of what '{strategy.Description}' goes by"] = checksum;
        return run;
    }

    private static string Kind(string kind, JsonObject settings) => settings.Count == 0 ? kind : $"{kind} {settings.ToJsonString()}";

    private static string Names(IReadOnlyList<string> labels) => string.Join(", ", labels);
}
