using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Finds out what a module computes by running it.</summary>
internal static class Trial
{
    // Half-precision types round more; another function than the expected one differs by far more.
    private const double Tolerance = 0.02;

    /// <summary>Whether the module in evaluation mode makes that output of that input.</summary>
    public static bool Gives(nn.Module<Tensor, Tensor> module, Tensor input, Tensor expected)
    {
        var training = module.training;
        try
        {
            module.eval();
            var output = module.forward(input);
            return output.shape.AsSpan().SequenceEqual(expected.shape) && output.dtype == expected.dtype
                && output.allclose(expected, Tolerance, Tolerance * expected.abs().max().to(ScalarType.Float64).item<double>(), equal_nan: true);
        }
        // Whatever it throws, it says that the module takes no such input.
        catch (Exception)
        {
            return false;
        }
        finally
        {
            module.train(training);
        }
    }
}
