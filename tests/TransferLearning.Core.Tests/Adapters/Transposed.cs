using TransferLearning.TestKit;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Adapters;

/// <summary>A linear layer of one's own whose weight is [inputs, outputs], as GPT-2's are.</summary>
internal sealed class Transposed : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public Transposed(long inputs, long outputs) : base(nameof(Transposed))
    {
        weight = nn.Parameter(zeros(inputs, outputs));
        bias = nn.Parameter(zeros(outputs));
        RegisterComponents();
    }

    /// <summary>Two such layers under the names of GPT-2, by the formula.</summary>
    public static ModuleBackbone Backbone()
    {
        var layers = Enumerable.Range(0, 2).Select(
            i => ($"{i}", (nn.Module<Tensor, Tensor>)nn.Sequential(("attn", nn.Sequential(("c_attn", new Transposed(32, 96))))))).ToArray();
        var network = nn.Sequential(("transformer", nn.Sequential(("h", nn.Sequential(layers)))));
        Formula.FillModule(network);
        return new ModuleBackbone("gpt", network, 96);
    }

    public override Tensor forward(Tensor input)
    {
        using var product = input.matmul(weight);
        return product + bias;
    }
}
