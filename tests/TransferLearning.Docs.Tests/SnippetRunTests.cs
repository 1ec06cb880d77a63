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
    public void Head_and_strategy_of_ones_own_are_trained()
    {
        manual_seed(0);
        using var values = randn(64, 8);
        using var sums = values.sum(1);
        int[] labels = [.. sums.data<float>().Select(sum => sum > 0 ? 1 : 0)];
        var data = new TensorDataset(values, labels, ["low", "high"]);
        var (first, second) = (nn.Linear(8, 16), nn.Linear(16, 16));
        using var backbone = new ModuleBackbone("mine", nn.Sequential(first, second), 16, ("first", first), ("second", second));
        using var model = backbone.WithHead(new TwoLayerHead(data.ClassNames, width: 16));
        var factors = new Factors();

        var report = new Trainer(
            new TrainerOptions { Epochs = 20, Optimizer = new AdamW(0.01) }, new LayerwiseDecay(0.5), factors).Fit(model, data, data);

        factors.Seen.Should().Equal(0.25, 0.5);
        report.Head.Should().Be("two-layer");
        report.Accuracy.Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void A_block_of_ones_own_keeps_the_shape_of_its_input()
    {
        using var scope = NewDisposeScope();
        using var block = new Residual(channels: 4, width: 2);
        foreach (var layer in block.modules().OfType<IInitializable>()) layer.Initialize();
        block.call(rand(2, 4, 6, 5)).shape.Should().Equal(2, 4, 6, 5);
    }

    [Fact]
    public void A_recorded_backbone_gives_the_backbones_output()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var backbone = VisionBackbones.Create("efficientnet_lite0");
        var images = rand(1, 3, 64, 64);
        RecordedGraph.Run(backbone, images).Values.Should().BeIdenticalTo(backbone.Run(images, 0, backbone.LayerGroups.Count).Values);
    }

    [Fact]
    public void Strategy_of_ones_own_refuses_a_factor_of_zero()
    {
        using var values = zeros(2, 4);
        var data = new TensorDataset(values, [0, 1], ["low", "high"]);
        using var backbone = new ModuleBackbone("mine", nn.Linear(4, 4), 4);
        using var model = backbone.WithHead(new LinearHead(data.ClassNames));

        var fit = () => new Trainer(new TrainerOptions(), new LayerwiseDecay(0)).Fit(model, data);

        fit.Should().Throw<ArgumentException>().WithMessage("*factor*0*");
    }

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
        var tensors = file.state_dict().Select(entry => KeyValuePair.Create(entry.Key.StartsWith("fc", StringComparison.Ordinal) ? entry.Key : $"encoder.{entry.Key}", entry.Value));
        using var decoder = ones(2);
        try
        {
            Safetensors.Write(path, [.. tensors, KeyValuePair.Create("decoder.weight", decoder)]);

            var report = Weights.LoadModule(module, path);

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

    private sealed class Factors : IFineTuneStrategy
    {
        public string Description => "factors";

        public IReadOnlyList<double> Seen { get; private set; } = [];

        public void BeforeEpoch(TrainingSession session) => Seen = [.. session.BackboneGroups.Select(group => group.LearningRateFactor)];
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
