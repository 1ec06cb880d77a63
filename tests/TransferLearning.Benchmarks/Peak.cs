using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TransferLearning.Benchmarks;

/// <summary>Multiplications and additions of float32 numbers that the machine's processors can do in a second, all at once.</summary>
internal readonly record struct Peak(double Median, double Max)
{
    private const int Chains = 12;
    private const int Rounds = 4_000_000;

    public static int Run()
    {
        var peak = Measure();
        Console.WriteLine(
            FormattableString.Invariant($"{Environment.ProcessorCount} processors: {peak.Median / 1e9:F0} GFLOP/s at the median, {peak.Max / 1e9:F0} at most"));
        return 0;
    }

    public static Peak Measure()
    {
        List<double> rates = [];
        for (var round = 0; round < 9; round++)
        {
            var clock = Stopwatch.StartNew();
            var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => Fill())).ToArray();
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
            var lanes = Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count;
            rates.Add(2.0 * lanes * Chains * Rounds * threads.Length / clock.Elapsed.TotalSeconds);
        }
        return new(Loop.Median(rates), rates.Max());
    }

    private static float Fill() => Vector512.IsHardwareAccelerated
        ? Vector512.Sum(MultiplyAdd512(Vector512.Create(0.999f), Vector512.Create(0.001f)))
        : Vector256.Sum(MultiplyAdd256(Vector256.Create(0.999f), Vector256.Create(0.001f)));

    // Twelve chains keep two units busy that take four cycles each. Written out, so that they stay in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> MultiplyAdd512(Vector512<float> m, Vector512<float> s)
    {
        Vector512<float> a = s, b = s, c = s, d = s, e = s, f = s, g = s, h = s, i = s, j = s, k = s, l = s;
        for (var round = 0; round < Rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, m, s);
            b = Vector512.FusedMultiplyAdd(b, m, s);
            c = Vector512.FusedMultiplyAdd(c, m, s);
            d = Vector512.FusedMultiplyAdd(d, m, s);
            e = Vector512.FusedMultiplyAdd(e, m, s);
            f = Vector512.FusedMultiplyAdd(f, m, s);
            g = Vector512.FusedMultiplyAdd(g, m, s);
            h = Vector512.FusedMultiplyAdd(h, m, s);
            i = Vector512.FusedMultiplyAdd(i, m, s);
            j = Vector512.FusedMultiplyAdd(j, m, s);
            k = Vector512.FusedMultiplyAdd(k, m, s);
            l = Vector512.FusedMultiplyAdd(l, m, s);
        }
        return a + b + c + d + e + f + g + h + i + j + k + l;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector256<float> MultiplyAdd256(Vector256<float> m, Vector256<float> s)
    {
        Vector256<float> a = s, b = s, c = s, d = s, e = s, f = s, g = s, h = s, i = s, j = s, k = s, l = s;
        for (var round = 0; round < Rounds; round++)
        {
            a = Vector256.FusedMultiplyAdd(a, m, s);
            b = Vector256.FusedMultiplyAdd(b, m, s);
            c = Vector256.FusedMultiplyAdd(c, m, s);
            d = Vector256.FusedMultiplyAdd(d, m, s);
            e = Vector256.FusedMultiplyAdd(e, m, s);
            f = Vector256.FusedMultiplyAdd(f, m, s);
            g = Vector256.FusedMultiplyAdd(g, m, s);
            h = Vector256.FusedMultiplyAdd(h, m, s);
            i = Vector256.FusedMultiplyAdd(i, m, s);
            j = Vector256.FusedMultiplyAdd(j, m, s);
            k = Vector256.FusedMultiplyAdd(k, m, s);
            l = Vector256.FusedMultiplyAdd(l, m, s);
        }
        return a + b + c + d + e + f + g + h + i + j + k + l;
    }
}
