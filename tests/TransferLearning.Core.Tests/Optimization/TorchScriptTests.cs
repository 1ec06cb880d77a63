using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Optimization;

[NoTensorLeaks]
public sealed class TorchScriptTests
{
    /// <summary>The collector may free the numbers that TorchSharp makes of the arguments before the script has read them.</summary>
    [Fact]
    public void Numbers_reach_the_script_while_garbage_is_collected()
    {
        using var script = new TorchScript("scale", """
            def scale(x: List[Tensor], by: float, twice: bool) -> int:
                torch._foreach_mul_(x, by)
                if twice:
                    torch._foreach_mul_(x, by)
                return 0
            """);
        using var value = ones(1);
        using CancellationTokenSource done = new();
        // The collector is what freed the numbers too early: here it runs all the time.
        var collecting = new Thread(() => { while (!done.IsCancellationRequested) GC.Collect(0); });
        collecting.Start();
        for (var round = 0; round < 2000; round++)
        {
            script.Invoke(new[] { value }, 2.0, true);
            script.Invoke(new[] { value }, 0.25, false);
        }
        done.Cancel();
        collecting.Join();
        value.item<float>().Should().Be(1);
    }
}
