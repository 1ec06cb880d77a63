using System.Diagnostics;
using TransferLearning.Core.Tests.Runtime;
using TransferLearning.TestKit;

namespace TransferLearning.Tests.Training;

public sealed class KillTests
{
    private const int KillsOfEachKind = 9;

    public static TheoryData<string> Kinds() => [.. KilledRun.Kinds];

    /// <summary>Nine kills of each kind of run. The moments are drawn anew in every test run: each must do.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_process_that_is_killed_at_any_moment_and_started_again_saves_the_same_bytes(string kind)
    {
        using var whole = new TemporaryFolder();
        var duration = Run(kind, whole.Path, killAfter: null)!.Value;
        var expected = File.ReadAllBytes(whole.File("model.safetensors"));

        var kills = 0;
        while (kills < KillsOfEachKind)
        {
            using var parts = new TemporaryFolder();
            // On a machine that has become busy a process may need longer to its first step than the first one did to its last.
            for (var patience = duration / 2; Run(kind, parts.Path, System.Random.Shared.NextDouble() * patience) is null; patience *= 1.25)
                kills++;
            File.ReadAllBytes(parts.File("model.safetensors")).AsSpan().SequenceEqual(expected).Should()
                .BeTrue($"{kind}, after {kills} kills");
        }
    }

    /// <summary>Milliseconds from the beginning of the training to the end of the process; null where it was killed before.</summary>
    private static double? Run(string kind, string folder, double? killAfter)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", ["exec", typeof(ChildProcess).Assembly.Location, "train", kind, folder])
        {
            RedirectStandardOutput = true,
        })!;
        process.StandardOutput.ReadLine().Should().Be("training");
        var clock = Stopwatch.StartNew();
        if (killAfter is { } milliseconds && !process.WaitForExit((int)milliseconds)) process.Kill();
        process.WaitForExit();
        return process.ExitCode == 0 ? clock.Elapsed.TotalMilliseconds : null;
    }
}
