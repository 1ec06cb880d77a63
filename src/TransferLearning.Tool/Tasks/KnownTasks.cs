namespace TransferLearning.Tool.Tasks;

/// <summary>The kinds of data that the tool learns from.</summary>
internal static class KnownTasks
{
    public static IReadOnlyList<ITask> All { get; } = [new ImageTask(), new TextTask()];

    /// <summary>The task of that name, or where none is named the one that the data look like.</summary>
    /// <exception cref="ArgumentException">The data look like none of them.</exception>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    public static ITask Of(string? name, string data)
    {
        if (name is not null) return All.Single(task => task.Name == name);
        if (!Path.Exists(data))
            throw new FileNotFoundException($"There is no file or folder '{data}' (looked for '{Path.GetFullPath(data)}').", data);
        return All.FirstOrDefault(task => task.Recognizes(data)) ?? throw new ArgumentException(
            $"'{data}' holds neither images nor texts that can be told by their names. Say what it is by --task "
            + $"{string.Join(" or --task ", All.Select(task => task.Name))}.");
    }

    /// <summary>The task of a saved model.</summary>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public static ITask OfModel(string path)
    {
        using var model = ModelArtefact.Open(path);
        return All.FirstOrDefault(task => task.Recognizes(model)) ?? throw new ArgumentException(
            $"'{path}' holds a model on the backbone '{model.BackboneId}', which this tool does not know: it was made by another program.");
    }
}
