using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests.Inference;

/// <summary>Grad-CAM against the formula, and on networks of which it is known where they look.</summary>
[NoTensorLeaks(MakesModels = true)]
public class GradCamTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_map_is_the_formulas(int output)
    {
        using var scope = NewDisposeScope();
        using var backbone = SmallNetwork.Backbone();
        using var model = backbone.WithHead(new LinearHead(["a", "b", "c"]));
        model.Eval();
        var images = Formula.Weight("images", [2, 3, 8, 12]) * 20;

        var maps = GradCam.Explain(model, new TensorSet(images), [output, output]);

        // The head reads the mean of each channel, so the gradient of its output is the head's weight over the number of places.
        using var _ = no_grad();
        var hidden = backbone.Run(new TensorSet(images), 0, 2).Values;
        var weight = model.Head.parameters().First(parameter => parameter.dim() == 2)[output];
        var expected = (hidden * weight.reshape(1, 12, 1, 1)).sum(1).relu();
        for (var image = 0; image < 2; image++)
        {
            (maps[image].Height, maps[image].Width).Should().Be((4, 6));
            var most = expected[image].max().item<float>();
            foreach (var (value, other) in maps[image].Values.ToArray().Zip(expected[image].data<float>().ToArray()))
                value.Should().BeApproximately(most > 0 ? other / most : 0, 1e-5f);
        }
    }

    [Fact]
    public void What_counts_is_where_the_network_looks()
    {
        using var scope = NewDisposeScope();
        // A convolution that passes the red channel on: the answer depends on red places alone.
        var convolution = nn.Conv2d(3, 1, 1, bias: false);
        using (no_grad()) convolution.weight!.copy_(tensor(new float[] { 1, 0, 0 }, 1, 3, 1, 1));
        using ModuleBackbone backbone = new("red", nn.Sequential(("map", convolution)), 1, ("map", convolution));
        using var model = backbone.WithHead(new LinearHead(["red", "other"]));
        using (no_grad()) model.Head.parameters().First(parameter => parameter.dim() == 2).copy_(tensor(new float[] { 1, -1 }, 2, 1));
        var image = zeros(1, 3, 4, 4);
        image[0, 0, 1, 2] = 1f;
        image[0, 1, 3, 0] = 1f;

        var map = GradCam.Explain(model, new TensorSet(image), [0])[0];

        map.Values.ToArray().Index().Where(place => place.Item > 0).Should().Equal((1 * 4 + 2, 1f));
        GradCam.Explain(model, new TensorSet(image), [1])[0].Values.ToArray().Should().AllBeEquivalentTo(0f, "nothing speaks for the other class");
    }

    [Fact]
    public void A_network_of_this_library_is_explained_whatever_its_maps_are()
    {
        foreach (var (name, side) in new[] { ("resnet18", 2), ("efficientnet_lite0", 2), ("swin_t", 2), ("alexnet", 1) })
        {
            using var scope = NewDisposeScope();
            using var backbone = VisionBackbones.Create(name);
            using var model = backbone.WithHead(new LinearHead(["a", "b"]));
            model.Eval();
            var act = () => GradCam.Explain(model, new TensorSet(rand(1, 3, 64, 64)), [1]);
            if (side > 1) (act()[0].Height, act()[0].Width).Should().Be((side, side), name);
            else act().Should().ContainSingle();
        }
    }

    [Fact]
    public void A_network_without_a_map_is_refused()
    {
        using var scope = NewDisposeScope();
        using var backbone = VisionBackbones.Create("vit_b_32");
        using var model = backbone.WithHead(new LinearHead(["a", "b"]));
        var act = () => GradCam.Explain(model, new TensorSet(rand(1, 3, 224, 224)), [0]);
        act.Should().Throw<ArgumentException>().WithMessage("No layer group of 'vit_b_32' gives a map*");
    }

    [Fact]
    public void An_output_that_is_not_there_is_refused()
    {
        using var scope = NewDisposeScope();
        using var backbone = SmallNetwork.Backbone();
        using var model = backbone.WithHead(new LinearHead(["a", "b"]));
        foreach (int[] outputs in new[] { [2], new[] { -1 }, [0, 1] })
        {
            var act = () => GradCam.Explain(model, new TensorSet(rand(1, 3, 8, 8)), outputs);
            act.Should().Throw<ArgumentException>().WithMessage("The outputs [1, 2] are explained by one index from 0 to 1*");
        }
    }

    [Fact]
    public void The_overlay_is_red_where_the_most_is_and_the_image_where_nothing_is()
    {
        RgbImage grey = new(4, 2, [.. Enumerable.Repeat((byte)100, 24)]);
        var over = new HeatMap(2, 1, [0, 1]).Over(grey);
        over.Pixels[..3].ToArray().Should().Equal(100, 100, 100);
        var (red, blue) = (over.Pixels[^3], over.Pixels[^1]);
        red.Should().BeGreaterThan(100);
        blue.Should().BeLessThan(100);
    }
}
