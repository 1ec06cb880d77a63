using System.Diagnostics;

namespace TransferLearning.Benchmarks;

/// <summary>Seconds of some rounds of one piece of work.</summary>
internal sealed class Times(string name)
{
    private readonly List<double> _seconds = [];

    public string Name => name;

    public double Median => Loop.Median(_seconds);

    public double Min => _seconds.Min();

    /// <summary>Works in turns, so that what else the machine does meets all alike. The first round warms up and does not count.</summary>
    public static Times[] InTurns(int rounds, params (string Name, Func<double> Seconds)[] works)
    {
        var times = works.Select(work => new Times(work.Name)).ToArray();
        for (var round = 0; round <= rounds; round++)
            foreach (var (work, time) in works.Zip(times))
            {
                var seconds = work.Seconds();
                if (round > 0) time._seconds.Add(seconds);
            }
        foreach (var time in times) Console.WriteLine(time);
        foreach (var other in times.Skip(1))
            Console.WriteLine(FormattableString.Invariant(
                $"{times[0].Name} takes {times[0].Median / other.Median:F3}x the time of {other.Name} at the median, {times[0].Min / other.Min:F3}x at the minimum"));
        return times;
    }

    /// <summary>Works in turns, with what the command needs timed by the wall.</summary>
    public static Times[] InTurns(int rounds, params (string Name, Action Work)[] works) =>
        InTurns(rounds, Array.ConvertAll(works, work => (work.Name, (Func<double>)(() => Wall(work.Work)))));

    public static double Wall(Action work)
    {
        var clock = Stopwatch.StartNew();
        work();
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>Writes which share of the machine's peak so many multiplications and additions are.</summary>
    public void ShareOf(Peak peak, double operations) => Console.WriteLine(FormattableString.Invariant(
        $"{name}: {operations / Median / 1e9:F0} GFLOP/s at the median, {operations / Median / peak.Median:P0} of the peak of {peak.Median / 1e9:F0}; {operations / Min / peak.Max:P0} at the best of both"));

    public override string ToString() => FormattableString.Invariant($"{name}: {Median * 1e3:F1} ms at the median, {Min * 1e3:F1} at the minimum of {_seconds.Count}");
}
