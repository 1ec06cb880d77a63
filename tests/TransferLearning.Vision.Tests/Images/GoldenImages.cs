using System.Security.Cryptography;
using System.Text.Json;
using TransferLearning.TestKit;

namespace TransferLearning.Vision.Tests;

/// <summary>The reference's cases on images, and how they name inputs and outputs.</summary>
internal static class GoldenImages
{
    public static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllText(TestFiles.Golden($"images/{file}"))).RootElement;

    /// <summary>A formula image; one of a single channel becomes grey RGB, on which the arithmetic is the same.</summary>
    public static RgbImage Formula(JsonElement input)
    {
        var (height, width, channels) = (
            input.GetProperty("shape")[0].GetInt32(), input.GetProperty("shape")[1].GetInt32(), input.GetProperty("shape")[2].GetInt32());
        var values = TestKit.Formula.Image(input.GetProperty("formula").GetString()!, height, width, channels);
        return new(width, height, channels == 3 ? values : [.. values.SelectMany(v => new[] { v, v, v })]);
    }

    /// <summary>An image of a case: of a formula, possibly dimmed, or with its bytes in the file.</summary>
    public static RgbImage Input(JsonElement input)
    {
        if (input.TryGetProperty("base64", out var bytes))
            return new(input.GetProperty("shape")[1].GetInt32(), input.GetProperty("shape")[0].GetInt32(), bytes.GetBytesFromBase64());
        var image = Formula(input);
        return input.TryGetProperty("then", out _) ? image.Map(value => Math.Min(value, 160) / 3 + 20) : image;
    }

    public static string Sha256(RgbImage image, int channels = 3) =>
        Sha256([.. image.Pixels.ToArray().Where((_, i) => i % 3 < channels)]);

    public static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string Sha256Of(this JsonElement element, string property = "sha256") => element.GetProperty(property).GetString()!;

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;

    public static int Number(this JsonElement element, string property) => element.GetProperty(property).GetInt32();

    public static Interpolation Filter(this JsonElement element, string property) =>
        Enum.Parse<Interpolation>(element.Text(property), ignoreCase: true);

    /// <summary>A file that a case names "data/...".</summary>
    public static string DataFile(string name) => TestFiles.Data(name["data/".Length..]);
}
