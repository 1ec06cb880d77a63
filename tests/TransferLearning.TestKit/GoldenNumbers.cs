using System.Text.Json;

namespace TransferLearning.TestKit;

/// <summary>Numbers of golden files, where those that JSON cannot hold are the strings "NaN", "Infinity" and "-Infinity".</summary>
public static class GoldenNumbers
{
    /// <summary>A number.</summary>
    public static double Number(this JsonElement element) => element.ValueKind != JsonValueKind.String
        ? element.GetDouble()
        : element.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var other => throw new FormatException($"'{other}' is no number of a golden file."),
        };

    /// <summary>A list of numbers.</summary>
    public static double[] Numbers(this JsonElement element) => [.. element.EnumerateArray().Select(Number)];

    /// <summary>A list of numbers in single precision.</summary>
    public static float[] Floats(this JsonElement element) => [.. element.EnumerateArray().Select(e => (float)Number(e))];

    /// <summary>A list of whole numbers.</summary>
    public static int[] Integers(this JsonElement element) => [.. element.EnumerateArray().Select(e => e.GetInt32())];

    /// <summary>The number of that name, or <paramref name="otherwise"/> where there is none.</summary>
    public static double NumberOr(this JsonElement element, string name, double otherwise) =>
        element.TryGetProperty(name, out var value) ? Number(value) : otherwise;
}
