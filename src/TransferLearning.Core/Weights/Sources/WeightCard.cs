using System.Text.Json;

namespace TransferLearning;

/// <summary>What <c>card.json</c> beside the weights says of them.</summary>
/// <param name="Source">Where they come from.</param>
/// <param name="Sha256">Checksum of the weight file.</param>
/// <param name="Licence">SPDX identifier of their licence.</param>
internal sealed record WeightCard(string Source, string Sha256, string? Licence)
{
    /// <summary>The card's place beside a weight file.</summary>
    public static string PathBeside(string weights) => Path.Combine(Path.GetDirectoryName(weights)!, "card.json");

    /// <summary>The card beside a weight file; null where there is none, or a file of another form.</summary>
    public static WeightCard? Beside(string weights)
    {
        if (!File.Exists(PathBeside(weights))) return null;
        try
        {
            using var card = JsonDocument.Parse(File.ReadAllText(PathBeside(weights)));
            var root = card.RootElement;
            return new(
                root.GetProperty("source").GetProperty("package").GetString()
                    ?? "", root.GetProperty("file").GetProperty("sha256").GetString() ?? "",
                root.GetProperty("licence").GetProperty("spdx").GetString());
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
