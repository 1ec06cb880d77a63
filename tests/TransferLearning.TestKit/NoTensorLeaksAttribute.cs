using System.Reflection;
using System.Runtime;
using FluentAssertions;
using Xunit.Sdk;
using static TorchSharp.torch;

namespace TransferLearning.TestKit;

/// <summary>
/// Fails a test that leaves more tensors alive than it found, on whichever thread they were made.
/// The count is the process's, so the test must not run beside others: its assembly needs
/// <c>[assembly: CollectionBehavior(DisableTestParallelization = true)]</c>. Modules are to be made in the constructor of the
/// test class, which is not measured: torch counts a parameter twice when it is made and once when it is disposed.
/// Where that cannot be, <see cref="MakesModels"/> says so.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class NoTensorLeaksAttribute : BeforeAfterTestAttribute
{
    private const int ManagedBytes = 100 << 20;

    private long _before;

    /// <summary>
    /// Counts the tensors that the garbage collector has to dispose of after the test instead. It is kept from working during
    /// the test as far as it can be, so that it finds them all then.
    /// </summary>
    public bool MakesModels { get; init; }

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest)
    {
        _before = LiveTensors.Count();
        if (MakesModels && GCSettings.LatencyMode != GCLatencyMode.NoGCRegion) GC.TryStartNoGCRegion(ManagedBytes);
    }

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest)
    {
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) GC.EndNoGCRegion();
        var left = MakesModels ? Tensor.TotalCount - LiveTensors.Count() : Tensor.TotalCount - _before;
        left.Should().BeLessThanOrEqualTo(0, "a test disposes every tensor that it or the library made");
    }
}
