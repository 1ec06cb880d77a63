using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>What must be the same for a run to go on from a checkpoint, aspect by aspect. Device and threads may differ.</summary>
internal static class RunDescription
{
    public static IReadOnlyDictionary<string, string> Of(TrainingSession session, IReadOnlyList<IFineTuneStrategy> strategies, IDataset train, IDataset? validation)
    {
        var (model, options) = (session.Model, session.Options);
        return new Dictionary<string, string>
        {
            ["backbone"] = model.Backbone.Info.Id,
            ["input"] = model.Backbone.Info.Input is { } input ? Settings(input) : "",
            ["head"] = $"{model.Replacer.Kind}: {Settings(model.Replacer)}",
            ["objective"] = $"{model.Replacer.Objective.Name}: {Settings(model.Replacer.Objective)}",
            ["optimizer"] = options.Optimizer.ToString(),
            ["strategies"] = string.Join("; ", strategies.Select(strategy => strategy.Description)),
            ["seed"] = $"{options.Seed}",
            ["epochs"] = $"{options.Epochs}",
            ["batch size"] = $"{options.BatchSize}",
            ["shuffling"] = $"{options.Shuffle}",
            ["gradient clipping"] = FormattableString.Invariant($"{options.ClipGradientNorm}"),
            ["number of training examples"] = $"{train.Count}",
            ["checksum of the training classes"] = $"{Checksum(train):X8}",
            ["number of validation examples"] = $"{validation?.Count ?? 0}",
            ["checksum of the validation classes"] = $"{(validation is null ? 0 : Checksum(validation)):X8}",
        };
    }

    /// <summary>Every public property that is a number, a text or a list of such.</summary>
    private static string Settings(object subject) => string.Join(", ",
        from property in subject.GetType().GetProperties()
        where property.GetIndexParameters().Length == 0
        orderby property.Name
        let value = Text(property.GetValue(subject))
        where value is not null
        select $"{property.Name} {value}");

    private static string? Text(object? value) => value switch
    {
        null => "none",
        IConvertible simple => simple.ToString(CultureInfo.InvariantCulture),
        IEnumerable<IConvertible> or IEnumerable<int> or IEnumerable<long> or IEnumerable<float> or IEnumerable<double> => $"[{string.Join(", ", ((IEnumerable)value).Cast<object>().Select(Text))}]",
        _ => null,
    };

    private static uint Checksum(IDataset data) => Crc32.Append(0, MemoryMarshal.AsBytes<int>(data.Labels.ToArray()));
}
