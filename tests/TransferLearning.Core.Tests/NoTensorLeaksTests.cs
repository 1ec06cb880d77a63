using System.Reflection;
using System.Runtime.CompilerServices;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests;

/// <summary>The watcher itself.</summary>
public sealed class NoTensorLeaksTests
{
    private static readonly MethodInfo AnyMethod = typeof(NoTensorLeaksTests).GetMethod(
        nameof(Forget), BindingFlags.NonPublic | BindingFlags.Static)!;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_forgotten_tensor_fails_the_test(bool makesModels) =>
        Watching(makesModels, Forget).Should().Throw<Xunit.Sdk.XunitException>().WithMessage("*disposes every tensor*");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_disposed_tensor_does_not(bool makesModels) => Watching(makesModels, () => ones(2).Dispose()).Should().NotThrow();

    [Fact]
    public void Nor_does_a_module_that_was_made_and_disposed() =>
        Watching(makesModels: true, () => nn.Linear(2, 2).Dispose()).Should().NotThrow();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => ones(2);

    private static Action Watching(bool makesModels, Action test) => () =>
    {
        var watcher = new NoTensorLeaksAttribute { MakesModels = makesModels };
        watcher.Before(AnyMethod);
        test();
        watcher.After(AnyMethod);
    };
}
