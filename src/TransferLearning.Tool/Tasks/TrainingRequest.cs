using static TorchSharp.torch;

namespace TransferLearning.Tool.Tasks;

/// <summary>What is to be trained, on what, and how: the options of the command.</summary>
internal sealed record TrainingRequest(string Data)
{
    /// <summary>Data to measure by; null: a share of the others.</summary>
    public string? Validation { get; init; }

    /// <summary>Column of the text or the image's path, and of the class.</summary>
    public (string? Text, string? Label) Columns { get; init; }

    /// <summary>What stands between several labels of an example; null: it has one class.</summary>
    public string? LabelSeparator { get; init; }

    /// <summary>Columns of numbers that are to be predicted; null: there are classes.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>Whether it says which columns of a table hold what.</summary>
    public bool NamesColumns => (Columns, LabelSeparator, Values) is not ((null, null), null, null);

    /// <summary>Name or folder of the backbone; null: the task's own.</summary>
    public string? Backbone { get; init; }

    /// <summary>File or folder of its weights; null: looked for by its name.</summary>
    public string? Weights { get; init; }

    /// <summary>Height and width of images; null: what the backbone was made for.</summary>
    public int? InputSize { get; init; }

    /// <summary>Tokens of a text; null: what the backbone was made for.</summary>
    public int? MaxLength { get; init; }

    public FineTuneOptions Options { get; init; } = new();

    public Device? Device => Options.Device;
}
