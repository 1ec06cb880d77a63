namespace TransferLearning;

/// <summary>Which file of a folder is its weights.</summary>
internal static class WeightFolder
{
    /// <summary>The names that Hugging Face's libraries give.</summary>
    public static IReadOnlyList<string> UsualNames { get; } =
        ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

    /// <summary>The extensions of weight files, in the order in which they are looked for.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".safetensors", ".pth", ".pt", ".bin"];

    /// <summary>
    /// <c>ID.safetensors</c> where an id is given, as a weights package names it; else the first of the usual names; else the only file
    /// with the first extension that any has. Null where there is none, or several.
    /// </summary>
    public static string? Find(string folder, string? id = null)
    {
        IEnumerable<string> names = id is null ? UsualNames : [$"{id}.safetensors", .. UsualNames];
        return names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? (Extensions.Select(extension => Directory.GetFiles(folder, "*" + extension)).FirstOrDefault(files => files.Length > 0) is [var only] ? only : null);
    }
}
