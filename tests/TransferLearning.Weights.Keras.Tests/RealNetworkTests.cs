using System.Text.Json;
using TransferLearning.TestKit;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Weights.Keras.Tests;

/// <summary>Trained networks of Keras, rebuilt of this library's layers: same padding, epsilon 1e-3, biases before the norms.</summary>
public sealed class RealNetworkTests
{
    private const string Folder = "checkpoints/keras-mlperf-tiny";

    [SkippableTheory]
    [InlineData("keras_resnet8_real", "pretrainedResnet.h5")]
    [InlineData("keras_vww_mobilenet_real", "vww_96.h5")]
    [NoTensorLeaks(MakesModels = true)]
    public void A_network_gives_the_references_logits(string name, string file)
    {
        var golden = GoldenCase.Open($"vision/{name}");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var network = Load(file);

        var logits = network.call(golden.Input());

        logits.Should().BeWithin(golden.Tolerance, Numbers(golden.Json.GetProperty("output").GetProperty("logits")));
    }

    [SkippableFact]
    [NoTensorLeaks(MakesModels = true)]
    public void ResNet_8_gives_the_references_logits_of_photographs_and_is_right_as_often()
    {
        var golden = GoldenCase.Open("vision/keras_resnet8_real");
        var photos = ImageFolder.Open(TestFiles.Data("cifar10/test"));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var network = Load("pretrainedResnet.h5");
        var images = stack([.. photos.Names.Select(path => Pixels(path))]);

        var logits = network.call(images);

        var listed = golden.Json.GetProperty("more")[0];
        foreach (var (file, expected) in listed.GetProperty("input").GetProperty("files").EnumerateArray().Zip(listed.GetProperty("logits").EnumerateArray()))
        {
            var index = photos.Names.Index().Single(photo => photo.Item.Replace('\\', '/').EndsWith(file.GetString()![5..], StringComparison.Ordinal)).Index;
            // A grey level of the decoder moves these logits by up to 0.7.
            logits[index].Should().BeWithin(golden.Tolerance, Numbers(expected), file.GetString()!);
        }
        var right = logits.argmax(1).data<long>().ToArray().Zip(((ClassTargets)photos.Targets).Indices).Count(pair => pair.First == pair.Second);
        right.Should().Be(762, "the reference is right for 76.2 % of {0}", photos.Count);
    }

    private static nn.Module<Tensor, Tensor> Load(string file)
    {
        var path = TestFiles.Data($"{Folder}/{file}");
        nn.Module<Tensor, Tensor> network = file == "vww_96.h5" ? new VisualWakeWordNet() : new ResNet8();
        using var weights = KerasWeights.Open(path);
        WeightLoader.Load(network, weights);
        network.eval();
        return network;
    }

    private static Tensor Pixels(string path)
    {
        var image = ImageDecoder.Decode(path);
        return tensor(image.Pixels.ToArray(), ScalarType.Float32).view(image.Height, image.Width, 3).permute(2, 0, 1);
    }

    private static float[] Numbers(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().SelectMany(Numbers)]
        : [element.GetSingle()];
}
