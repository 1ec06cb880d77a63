// snippet: own-random-module
using TransferLearning;
using static TorchSharp.torch;

[assembly: DrawsFromRun]                                           // what this assembly's modules draw, they draw from their run
// end-snippet

namespace Snippets;

// snippet: own-random-module
/// <summary>Adds noise to what it reads while it trains.</summary>
public sealed class GaussianNoise(double deviation) : nn.Module<Tensor, Tensor>(nameof(GaussianNoise)), IRandomModule
{
    public RandomSource? Random { get; set; }

    public override Tensor forward(Tensor input)
    {
        if (!training) return input.alias();
        using var scope = NewDisposeScope();
        using var generator = Random?.NextGenerator(input.device);
        return (input + deviation * randn(input.shape, device: input.device, generator: generator)).MoveToOuterDisposeScope();
    }
}
// end-snippet
