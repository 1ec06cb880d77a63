using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests;

/// <summary>The gradients of tests/golden/training/optimizers.</summary>
internal static class GoldenGradient
{
    /// <summary>The gradient of a parameter at a step, counted from 1.</summary>
    public static Tensor Of(GoldenCase golden, int step, string parameter, long[] shape)
    {
        var rule = golden.Json.GetProperty("gradient");
        var high = rule.GetProperty("width").GetProperty(parameter).GetDouble() * rule.GetProperty("scale").Numbers()[step - 1];
        var gradient = Formula.Input($"grad.{step}.{parameter}", shape, -0.4 * high, high);
        if (rule.GetProperty("exactly_zero").TryGetProperty(parameter, out var zeros))
            foreach (var index in zeros.Integers()) gradient[index] = 0;
        return gradient;
    }
}
