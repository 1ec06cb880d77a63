namespace TransferLearning;

/// <summary>
/// What a checkpoint names and this library does not build: <c>argparse.Namespace</c>, <c>pathlib.PosixPath</c>, <c>os.system</c>. One
/// inert mark stands for the name, for what calling it would give and for what is put into that: nothing is imported, called or kept.
/// </summary>
/// <param name="name">Module and name, joined by a dot.</param>
internal sealed class PickleObject(string name)
{
    private const int Shown = 200;

    /// <summary>What the file wants, as a part of a sentence.</summary>
    public string Request => $"it asks Python to run or build '{(name.Length > Shown ? name[..Shown] + "..." : name)}'";

    /// <summary>Why a file is refused whose tensors are in such an object, or that has none.</summary>
    public FormatException Refusal() => new(
        $"{Request}, and only tensors and plain containers are built here (nothing was run). " +
        "If the file is yours and holds a whole model, save model.state_dict() instead, best as safetensors");

    public override string ToString() => name;
}
