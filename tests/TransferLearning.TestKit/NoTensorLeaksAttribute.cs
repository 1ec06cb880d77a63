using System.Reflection;
using FluentAssertions;
using Xunit.Sdk;
using static TorchSharp.torch;

namespace TransferLearning.TestKit;

/// <summary>
/// Fails a test that leaves more tensors alive than it found, on whichever thread they were made.
/// The count is the process's, so the test must not run beside others: its assembly needs
/// <c>[assembly: CollectionBehavior(DisableTestParallelization = true)]</c>. Modules are to be made in the constructor of the
/// test class, which is not measured: torch counts a parameter twice when it is made and once when it is disposed.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class NoTensorLeaksAttribute : BeforeAfterTestAttribute
{
    private long _before;

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest) => _before = LiveTensors.Count();

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest) =>
        (Tensor.TotalCount - _before).Should().BeLessThanOrEqualTo(0, "a test disposes every tensor that it or the library made");
}
