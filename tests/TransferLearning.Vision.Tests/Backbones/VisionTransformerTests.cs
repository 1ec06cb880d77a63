using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>Other sizes and poolings of the vision transformer than its published networks have.</summary>
public sealed class VisionTransformerTests
{
    private static readonly VisionTransformer.Shape Tiny = new(Image: 32, Patch: 8, Width: 192, Depth: 12, Heads: 3);

    [Fact]
    public void Torchvisions_small_configuration_gives_the_references_logits() => Check(
        "vision/vit_small_config", new(Image: 32, Patch: 8, Width: 64, Depth: 3, Heads: 4) { Inner = 128, Classes = 10 },
        VisionTransformer.Names.Torchvision);

    [Fact]
    public void Smaller_patches_give_the_references_logits() =>
        Check("vision/timm.deit_tiny_img32_patch8", Tiny, VisionTransformer.Names.Timm);

    [Fact]
    public void The_class_token_gives_the_references_logits() =>
        Check("vision/timm.vit_tiny_img32_patch8_token", Tiny with { Classes = 10 }, VisionTransformer.Names.Timm);

    [Fact]
    public void The_mean_of_the_patches_gives_the_references_logits() =>
        Check("vision/timm.vit_tiny_img32_patch8_avg", Tiny with { Classes = 10, PoolsMean = true }, VisionTransformer.Names.Timm);

    [Fact]
    public void Images_of_another_size_are_refused_by_size()
    {
        using var network = new VisionTransformer(Tiny, VisionTransformer.Names.Timm);
        network.eval();
        using var scope = NewDisposeScope();

        network.Invoking(net => net.call(zeros(1, 3, 32, 40))).Should().Throw<ArgumentException>().WithMessage("*32 x 32*32 x 40*");
    }

    private static void Check(string path, VisionTransformer.Shape shape, VisionTransformer.Names names)
    {
        var golden = GoldenCase.Open(path);
        using var network = new VisionTransformer(shape, names);
        network.state_dict().Select(entry => $"{entry.Key} [{string.Join(',', entry.Value.shape)}] float32").Should()
            .Equal(golden.Parameters);
        Formula.FillModule(network, golden.Gain);
        network.eval();
        using var scope = NewDisposeScope();
        using var _ = no_grad();

        network.call(golden.Input()).Should().BeWithin(golden.Tolerance, golden.Tensor("logits"));
    }
}
