using System.Runtime.InteropServices;
using FluentAssertions;
using FluentAssertions.Execution;
using static TorchSharp.torch;

namespace TransferLearning.TestKit;

/// <summary>Assertions on tensors.</summary>
public static class TensorAssertions
{
    /// <summary>Begins an assertion.</summary>
    public static TensorShould Should(this Tensor actual) => new(actual);

    /// <summary>What a tensor should be.</summary>
    public readonly struct TensorShould(Tensor actual)
    {
        /// <summary>Every element lies within the tolerance (absolute) of the expected one; NaN is expected only where it is.</summary>
        public void BeWithin(double tolerance, ReadOnlySpan<float> expected, string because = "")
        {
            using var contiguous = Plain(actual);
            var values = MemoryMarshal.Cast<byte, float>(contiguous.bytes);
            contiguous.dtype.Should().Be(ScalarType.Float32, because);
            values.Length.Should().Be(expected.Length, because);
            for (var i = 0; i < values.Length; i++)
                if (!values[i].Equals(expected[i]) && !(Math.Abs(values[i] - (double)expected[i]) <= tolerance))
                    Execute.Assertion.BecauseOf(because)
                        .FailWith(
                            "Expected element {0} to be within {1} of {2}{reason}, but it is {3}.", i, tolerance, expected[i], values[i]);
        }

        /// <summary>Every element lies within the tolerance (absolute) of the expected tensor's; the shapes are equal.</summary>
        public void BeWithin(double tolerance, Tensor expected, string because = "")
        {
            actual.shape.Should().Equal(expected.shape, because);
            using var contiguous = Plain(expected);
            BeWithin(tolerance, MemoryMarshal.Cast<byte, float>(contiguous.bytes), because);
        }

        /// <summary>Type, shape and every bit are those of the expected tensor.</summary>
        public void BeIdenticalTo(Tensor expected, string because = "")
        {
            actual.dtype.Should().Be(expected.dtype, because);
            actual.shape.Should().Equal(expected.shape, because);
            using var left = Plain(actual);
            using var right = Plain(expected);
            left.bytes.SequenceEqual(right.bytes).Should().BeTrue("all bits should be the same {0}", because);
        }

        private static Tensor Plain(Tensor tensor)
        {
            using var detached = tensor.detach();
            return detached.contiguous();
        }
    }
}
