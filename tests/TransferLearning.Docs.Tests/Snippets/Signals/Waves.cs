using System.Globalization;
using TransferLearning;

namespace Snippets.Signals;

/// <summary>Made-up signals: sines, squares and sawtooths of several frequencies, and noise; with any phase, and noise upon them.</summary>
internal static class Waves
{
    public static readonly string[] Classes = ["noise", "sine 4", "sine 12", "square 4", "square 12"];
    public static readonly string[] OtherClasses = ["sawtooth 4", "sawtooth 12", "sine 7"];

    /// <summary>That many signals of each class.</summary>
    public static SignalDataset Of(IReadOnlyList<string> classes, int each, int length = 256, ulong seed = 0)
    {
        var labels = Enumerable.Range(0, classes.Count * each).Select(i => i % classes.Count).ToArray();
        var signals = labels.Select((label, i) => Draw(classes[label], length, new SplitMix64(seed, 0, (ulong)i)));
        return new SignalDataset(signals, Targets.Classes(labels, classes));
    }

    public static float[] Draw(string name, int length, SplitMix64 random)
    {
        var parts = name.Split(' ');
        var (cycles, phase) = (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0, random.NextDouble());
        return [.. Enumerable.Range(0, length).Select(t => (float)(Wave(parts[0], (double)t / length * cycles + phase) + random.NextDouble(-0.5, 0.5)))];
    }

    private static double Wave(string shape, double turns) => shape switch
    {
        "sine" => Math.Sin(2 * Math.PI * turns),
        "square" => turns % 1 < 0.5 ? 1 : -1,
        "sawtooth" => 2 * (turns % 1) - 1,
        _ => 0,
    };
}
