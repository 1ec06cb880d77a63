using static TorchSharp.torch;

namespace TransferLearning.TestKit;

/// <summary>
/// A convolutional network of two stages for images <c>[N, 3, H, W]</c>: 3x3 convolution, batch norm, ReLU, with 2x2
/// pooling between. Gives a map <c>[N, 12, H/2, W/2]</c>. It is the network of tests/golden/training/loop_cnn.
/// </summary>
public sealed class SmallNetwork : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> stage1 = nn.Sequential(
        ("conv1", nn.Conv2d(3, 8, 3, padding: 1, bias: false)), ("bn1", nn.BatchNorm2d(8)), ("relu", nn.ReLU()), ("pool", nn.MaxPool2d(2)));

    private readonly nn.Module<Tensor, Tensor> stage2 = nn.Sequential(
        ("conv2", nn.Conv2d(8, 12, 3, padding: 1, bias: false)), ("bn2", nn.BatchNorm2d(12)), ("relu", nn.ReLU()));

    private SmallNetwork() : base(nameof(SmallNetwork)) => RegisterComponents();

    /// <summary>A backbone of two stages with 12 features. Its weights follow the formula, by their names in the golden files.</summary>
    public static ModuleBackbone Backbone()
    {
        var network = new SmallNetwork();
        using var _ = no_grad();
        foreach (var (name, tensor) in network.state_dict().Where(entry => entry.Value.is_floating_point()))
        {
            using var value = Formula.Weight(GoldenName(name), tensor.shape);
            tensor.copy_(value);
        }
        return new ModuleBackbone("small", network, 12, ("stage1", network.stage1), ("stage2", network.stage2));
    }

    /// <summary>The name in the golden files, which have no stages.</summary>
    public static string GoldenName(string name) => name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var hidden = stage1.call(input);
        return stage2.call(hidden);
    }
}
