using static TorchSharp.torch;

namespace TransferLearning.Networks.Tests;

public sealed class ParametersTests
{
    [Fact]
    public void A_truncated_normal_ends_at_the_cutoff()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var parameter = Parameters.Blank(300, 300);
        Parameters.DrawTruncatedNormal(parameter, deviation: 0.5, cutoff: 2, generator);
        parameter.abs().max().item<float>().Should().BeInRange(0.99f, 1);
        parameter.mean().item<float>().Should().BeApproximately(0, 0.01f);
        // What a standard normal's deviation becomes when it is cut off at 2.
        parameter.std().item<float>().Should().BeApproximately(0.5f * 0.8796f, 0.01f);
        parameter.Dispose();
    }
}
