using System.Text.RegularExpressions;
using TransferLearning.TestKit;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Weights.Keras.Tests;

public sealed class KerasBackbonesTests : IDisposable
{
    private static readonly int[] Depths = [2, 2, 3, 3, 3], Widths = [3, 64, 128, 256, 512, 512];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_layers_of_VGG16_are_those_of_the_reference()
    {
        var layers = Convolutions.Select(convolution => convolution.Name).Concat(["fc1", "fc2", "predictions"]);
        var network = KerasNetwork.Vgg("vgg16", Depths);

        var renamed = layers.SelectMany(layer => new[] { $"{layer}.weight", $"{layer}.bias" }).Select(
            name => network.Renames.Aggregate(name, (to, rule) => Regex.Replace(to, rule.Pattern, rule.Replacement)));

        renamed.Should().Equal(GoldenCase.Open("vision/vgg16").Parameters.Select(parameter => parameter.Split(' ')[0]));
    }

    [Fact]
    [NoTensorLeaks(MakesModels = true)]
    public void A_file_of_VGG16_without_the_classifier_is_loaded_for_images_of_red_green_blue()
    {
        var kernels = Convolutions.ToDictionary(convolution => convolution.Name, convolution => Kernel(convolution.Inputs, convolution.Outputs));
        KerasWriter.Named(_folder.File("vgg16_notop.h5"), Convolutions.SelectMany(convolution => new (string, string, Array)[]
        {
            (convolution.Name, $"{convolution.Name}_W_1:0", kernels[convolution.Name]),
            (convolution.Name, $"{convolution.Name}_b_1:0", new float[convolution.Outputs]),
        }));

        using var scope = NewDisposeScope();
        using var backbone = KerasBackbones.Load("vgg16", _folder.File("vgg16_notop.h5"), options: new() { MayBeMissing = [@"^classifier\."] });

        var state = backbone.Module.state_dict();
        foreach (var (feature, convolution) in new[] { 0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28 }.Zip(Convolutions))
        {
            var weight = state[$"features.{feature}.weight"];
            var expected = tensor(kernels[convolution.Name]).permute(3, 2, 0, 1);
            weight.eq(feature == 0 ? expected.flip(1) : expected).all().item<bool>().Should().BeTrue(convolution.Name);
        }
        var input = (ImageSpec)backbone.Info.Input!;
        input.Mean.Select(mean => Math.Round(mean * 255, 3)).Should().Equal(123.68, 116.779, 103.939);
        input.Std.Should().AllSatisfy(std => std.Should().Be(1f / 255));
    }

    [Fact]
    public void A_network_that_computes_otherwise_in_Keras_is_refused()
    {
        var load = () => KerasBackbones.Load("resnet50", "resnet50_weights_tf_dim_ordering_tf_kernels.h5");
        load.Should().Throw<ArgumentException>().WithMessage("'resnet50' is none of vgg16, vgg19.*ResNet50 steps in the first convolution*");
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<(string Name, int Inputs, int Outputs)> Convolutions => Depths.Index().SelectMany(block => Enumerable.Range(1, block.Item)
        .Select(i => ($"block{block.Index + 1}_conv{i}", Widths[i == 1 ? block.Index : block.Index + 1], Widths[block.Index + 1])));

    private static float[,,,] Kernel(int inputs, int outputs)
    {
        var kernel = new float[3, 3, inputs, outputs];
        var numbers = Enumerable.Range(0, kernel.Length).Select(i => i % 1021 / 1021f).ToArray();
        Buffer.BlockCopy(numbers, 0, kernel, 0, sizeof(float) * numbers.Length);
        return kernel;
    }
}
