using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

internal static class TensorAssertions
{
    public static TensorShould Should(this Tensor actual) => new(actual);

    internal readonly struct TensorShould(Tensor actual)
    {
        /// <summary>Every element lies within the tolerance (absolute) of the expected one.</summary>
        public void BeWithin(double tolerance, ReadOnlySpan<float> expected, string because = "")
        {
            using var contiguous = actual.detach().contiguous();
            var values = MemoryMarshal.Cast<byte, float>(contiguous.bytes);
            values.Length.Should().Be(expected.Length, because);
            var worst = 0.0;
            for (var i = 0; i < values.Length; i++) worst = Math.Max(worst, Math.Abs(values[i] - expected[i]));
            worst.Should().BeLessThanOrEqualTo(tolerance, because);
        }
    }
}
