namespace TransferLearning;

/// <summary>Checks before training that data sets and model speak of the same classes.</summary>
internal static class DatasetCheck
{
    /// <summary>Throws where training cannot work; gives a sentence for each thing that a user should know.</summary>
    public static IReadOnlyList<string> Check(TransferModel model, IDataset train, IDataset? validation, string name)
    {
        List<string> warnings = [];
        if (SimilarNames.Warning(train.Targets.Names) is { } alike) warnings.Add(alike);
        if (SkippedItem.Warning(name, train.Skipped) is { } skipped) warnings.Add(skipped);
        Check(model, train, name, warnings);
        if (validation is null) return warnings;
        // Two parts of one set name the same.
        if (!ReferenceEquals(validation.Skipped, train.Skipped)
            && SkippedItem.Warning("validation", validation.Skipped) is { } others) warnings.Add(others);
        Check(model, validation, "validation", warnings);
        return warnings;
    }

    private static void Check(TransferModel model, IDataset data, string name, List<string> warnings)
    {
        if (data.Count == 0) throw new ArgumentException($"The {name} set is empty: give it at least one example.");
        var names = data.Targets.Names;
        if (names.Count == 0) return;
        if (!names.SequenceEqual(model.Labels, StringComparer.Ordinal))
            throw new ArgumentException(
                $"The {name} set's classes are not the model's, in its order: {List(names)} against {List(model.Labels)}. "
                + $"{SimilarNames.Difference(names, model.Labels)}Build the head with the training set's Targets.Names, "
                + "and open other sets with the same class names.");
        if (model.Replacer is MultiTaskHead tasks) tasks.Check(data.Targets);
        if (data.Targets is not ClassTargets classes) return;
        var present = classes.Indices.ToHashSet();
        var absent = names.Where((_, label) => !present.Contains(label)).ToArray();
        if (absent.Length > 0)
            warnings.Add(
                $"The {name} set has no example of {List(absent)}, so "
                + $"{(name == "training" ? "they cannot be learnt" : "they are not measured")}.");
    }

    private static string List(IReadOnlyList<string> names) =>
        $"[{string.Join(", ", names.Take(10))}{(names.Count > 10 ? $", ... {names.Count} in all" : "")}]";
}
