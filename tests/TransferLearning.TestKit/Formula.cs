using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace TransferLearning.TestKit;

/// <summary>
/// Numbers computed from a name: the reference and the tests fill the same networks and inputs with them,
/// so that no weights have to be stored (the rule stands in tests/golden/README.md).
/// </summary>
public static class Formula
{
    /// <summary>Numbers in [0, 1), one for each element in row-major order.</summary>
    public static IEnumerable<double> Uniform(string name, long count)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var b in Encoding.UTF8.GetBytes(name)) hash = unchecked((hash ^ b) * 0x100000001B3UL);
        for (ulong i = 1; i <= (ulong)count; i++)
        {
            var z = unchecked(hash + i * 0x9E3779B97F4A7C15UL);
            z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
            z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
            yield return ((z ^ (z >> 31)) >> 40) / 16777216.0;
        }
    }

    /// <summary>An input in [low, high), rounded once to float32.</summary>
    public static Tensor Input(string name, long[] shape, double low, double high) =>
        Fill(shape, Uniform(name, Count(shape)).Select(u => (float)(low + u * (high - low))));

    /// <summary>The input that a case describes: {"formula", "shape", "low", "high"}.</summary>
    public static Tensor Input(JsonElement description) => Input(
        description.GetProperty("formula").GetString()!,
        [.. description.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())],
        description.GetProperty("low").GetDouble(),
        description.GetProperty("high").GetDouble());

    /// <summary>An image with bytes floor(256 u), row by row, channels last.</summary>
    public static byte[] Image(string name, int height, int width, int channels) =>
        [.. Uniform(name, (long)height * width * channels).Select(u => (byte)(256 * u))];

    /// <summary>The value of the parameter or buffer of that name.</summary>
    public static Tensor Weight(string name, long[] shape, double gain = 1)
    {
        var count = Count(shape);
        Func<double, double> value = true switch
        {
            _ when name.EndsWith("running_var", StringComparison.Ordinal) => u => 0.5 + u,
            _ when name.EndsWith("running_mean", StringComparison.Ordinal) => u => 0.2 * (2 * u - 1),
            _ when shape.Length >= 2 => Scaled(gain * Math.Sqrt(3 / ((double)count / shape[0]))),
            _ when shape.Length == 0 || name.EndsWith("weight", StringComparison.Ordinal) => u => 1 + 0.2 * (2 * u - 1),
            _ => Scaled(0.1),
        };
        return Fill(shape, Uniform(name, count).Select(u => (float)value(u)));

        static Func<double, double> Scaled(double factor) => u => (2 * u - 1) * factor;
    }

    /// <summary>Fills every floating parameter and buffer of the module; integer buffers stay as they are.</summary>
    public static void FillModule(nn.Module module, double gain = 1)
    {
        using var _ = no_grad();
        foreach (var (name, tensor) in module.state_dict())
        {
            if (!tensor.is_floating_point()) continue;
            using var value = Weight(name, tensor.shape, gain);
            tensor.copy_(value);
        }
    }

    private static long Count(long[] shape) => shape.Aggregate(1L, (a, b) => a * b);

    private static Tensor Fill(long[] shape, IEnumerable<float> values) => tensor(values.ToArray(), shape);
}
