using System.Text.Json;

namespace TransferLearning.Text;

/// <summary>A pretrained encoder that is known by name.</summary>
/// <param name="Id">Name under which it is created.</param>
/// <param name="Repository">Where the hub has it.</param>
/// <param name="Json">Its config.json, without what is the family's default; null where only the hub knows it.</param>
internal sealed record KnownText(string Id, string Repository, string? Json = null)
{
    /// <summary>The weight file of repositories without safetensors.</summary>
    public const string Pytorch = "pytorch_model.bin";

    public static IReadOnlyList<KnownText> All { get; } = [.. TextFamily.All.SelectMany(family => family.Published)];

    /// <summary>NuGet package that carries the weights; null where there is none.</summary>
    public string? Package { get; init; }

    /// <summary>The weight file in the repository.</summary>
    public string File { get; init; } = "model.safetensors";

    /// <summary>Licence of the weights (SPDX); null where it is unknown.</summary>
    public string? Licence { get; init; }

    public WeightRequest Request => new(Id) { Repository = Repository, File = File, Package = Package, Companions = TextFolder.Companions };

    public TextConfiguration? Configuration => Json is null ? null : new(JsonElement.Parse(Json), $"the configuration of {Id}");

    /// <summary>
    /// Whether a name means a place on this machine, there or not: then it is asked for nowhere else. A repository is an owner and a name;
    /// what begins in a folder that is here is none, and a folder of a known repository's name goes before it.
    /// </summary>
    public static bool IsPath(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (All.Any(known => known.Id == name)) return false;
        if (Path.Exists(name)) return true;
        if (All.Any(known => known.Repository == name)) return false;
        var parts = name.Split('/', '\\');
        return parts.Length > 2 || parts.Length == 2 && Directory.Exists(parts[0])
            || name[0] is '.' or '~' or '/' || name.Contains('\\') || Path.GetExtension(name) is ".safetensors" or ".bin";
    }

    /// <summary>The encoder of that name or repository; a repository that is not in the table is one on the hub.</summary>
    /// <exception cref="ArgumentException">No encoder has that name; the message names the nearest.</exception>
    public static KnownText Find(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return All.FirstOrDefault(
            known => known.Id == name || known.Repository == name || known.Repository.EndsWith($"/{name}", StringComparison.Ordinal))
            ?? (name.Split('/') is [_, var id] ? new KnownText(id, name) : throw Unknown(name));
    }

    public static ArgumentException Unknown(string name) => new(
        $"There is no text backbone '{name}'.{NearestName.Hint(name, All.Select(known => known.Id))} "
        + $"Choose one of {string.Join(", ", All.Select(known => known.Id))}; or open a folder with TextBackbones.Open.", nameof(name));
}
