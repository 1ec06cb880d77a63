using Snippets;
using TransferLearning.Networks;
using TransferLearning.TestKit;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Docs.Tests;

[NoTensorLeaks(MakesModels = true)]
public class SnippetRunTests
{
    [Fact]
    public void The_core_alone_learns() => CoreAlone.Run().Accuracy.Should().BeGreaterThan(0.9);

    [Fact]
    public void Augmentation_of_ones_own_covers_a_sixteenth()
    {
        var image = new RgbImage(32, 16, [.. Enumerable.Repeat((byte)255, 32 * 16 * 3)]);
        var random = new EpochSeed(1, 0).ForExample(0);

        var covered = new Cover().Apply(image, new ImageSpec(), ref random);

        covered.Pixels.ToArray().Count(value => value == 0).Should().Be(32 * 16 * 3 / 16);
    }

    [Fact]
    public void Options_of_the_load_module_snippet_do_what_the_page_says()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        using var file = new Network(outputs: 10);
        using var module = new Network(outputs: 3);
        var tensors = file.state_dict().Select(
            entry => KeyValuePair.Create(entry.Key.StartsWith("fc", StringComparison.Ordinal) ? entry.Key : $"encoder.{entry.Key}", entry.Value));
        using var decoder = ones(2);
        try
        {
            Safetensors.Write(path, [.. tensors, KeyValuePair.Create("decoder.weight", decoder)]);

            var report = Snippets.Weights.LoadModule(module, path);

            report.Loaded.Should().Equal("body.weight", "body.bias");
            report.Renamed.Should().OnlyContain(tensor => tensor.Rule == "my encoder");
            report.HeadSkipped.Should().Equal("fc.weight", "fc.bias");
            report.Unexpected.Should().Equal("decoder.weight");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_recorded_network_runs_to_the_same_bits()
    {
        manual_seed(0);
        using var backbone = VisionBackbones.Create("efficientnet_lite0");
        using var images = ones(1, 3, 64, 64);

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var output = RecordedGraph.Run(backbone, images);
        using var graph = Graph.Record(backbone, images);

        output.Values.Should().BeIdenticalTo(backbone.Run(images, 0, backbone.LayerGroups.Count).Values);
        RecordedGraph.Count(graph).Values.Sum().Should().Be(graph.Nodes.Count);
    }

    private sealed class Network : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear body, fc;

        public Network(int outputs) : base(nameof(Network))
        {
            (body, fc) = (nn.Linear(4, 8), nn.Linear(8, outputs));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => fc.call(body.call(input));
    }
}
