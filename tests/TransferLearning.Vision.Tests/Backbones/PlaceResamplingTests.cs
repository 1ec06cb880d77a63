using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>Positions of another grid against timm and torchvision, and whole networks at another size.</summary>
public sealed class PlaceResamplingTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("vision/positional_embeddings");

    public static TheoryData<int, string> Cases
    {
        get
        {
            TheoryData<int, string> cases = [];
            foreach (var (i, golden) in Golden.Json.GetProperty("cases").EnumerateArray().Index())
                foreach (var output in golden.GetProperty("outputs").EnumerateObject())
                    if (output.Name is "timm" or "torchvision") cases.Add(i, output.Name);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Positions_are_resampled_as_the_library_of_the_weights_does(int index, string library)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Json.GetProperty("cases")[index];
        var rule = library == "timm" ? PlaceResampling.Timm : PlaceResampling.Torchvision;

        rule.Resample(Formula.Input(golden.GetProperty("input")), Grid("from"), Grid("to"))
            .Should().BeWithin(Golden.Tolerance, Golden.Tensor(golden.GetProperty("outputs").GetProperty(library).GetString()!));

        (int, int) Grid(string name) => (golden.GetProperty(name)[0].GetInt32(), golden.GetProperty(name)[1].GetInt32());
    }

    [Theory]
    [InlineData("deit_tiny_patch16_224", 96)]
    [InlineData("swin_t", 96)]
    [InlineData("resnet18", 64)]
    public void A_network_of_another_size_is_saved_and_opened(string name, int size)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("model.safetensors");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var images = rand(1, 3, size, size);
        using var model = VisionBackbones.Create(name, size: size).WithHead(new LinearHead(["a", "b"]), ownsBackbone: true);
        model.Eval();
        model.Save(file);
        using var opened = VisionBackbones.OpenModel(file);

        opened.Forward(new TensorSet(images)).Values.Should()
            .BeWithin(1e-6, [.. model.Forward(new TensorSet(images)).Values.data<float>()]);
        opened.Backbone.Info.Input.Should().Be(model.Backbone.Info.Input);
    }

    [Fact]
    public void Another_size_shows_the_same_share_of_the_image()
    {
        using var backbone = VisionBackbones.Create("resnet18", size: 112);

        ((ImageSpec)backbone.Info.Input!).Should().Match<ImageSpec>(spec => spec.Height == 112 && spec.Width == 112 && spec.ResizeSize == 128);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loaded_positions_are_resampled_by_the_rule_of_the_file(bool isOfTimm)
    {
        var network = new VisionTransformer(new(Image: 32, Patch: 8, Width: 8, Depth: 1, Heads: 2), VisionTransformer.Names.Torchvision);
        using var owner = network;
        using var scope = NewDisposeScope();
        Formula.FillModule(network, 1);
        var places = network.state_dict()["encoder.pos_embedding"];
        var expected = (isOfTimm ? PlaceResampling.Timm : PlaceResampling.Torchvision).Resample(places.clone(), (4, 4), (3, 5));

        network.FitTo(new ImageSpec { Height = 24, Width = 40 }, isOfTimm);

        network.state_dict()["encoder.pos_embedding"].Should().BeWithin(0, [.. expected.data<float>()]);
        network.call(rand(1, 3, 24, 40)).shape.Should().Equal(1, 1000);
    }

    [Fact]
    public void A_size_that_patches_do_not_fill_is_refused_by_size() =>
        FluentActions.Invoking(() => VisionBackbones.Create("deit_tiny_patch16_224", size: 100))
            .Should().Throw<ArgumentException>().WithMessage("*16 x 16*100 x 100*");
}
