using TransferLearning.TestKit;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Adapters;

/// <summary>What LoRA makes of one layer, of every kind: the same attached as merged, and nothing left behind.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class LoraLayerTests
{
    public static TheoryData<string> Layers => new(Made.Keys);

    private static readonly Dictionary<string, Func<nn.Module<Tensor, Tensor>>> Made = new()
    {
        ["linear"] = () => nn.Linear(6, 10),
        ["linear without bias"] = () => nn.Linear(6, 10, hasBias: false),
        ["square linear"] = () => nn.Linear(8, 8),
        ["own linear, inputs first"] = () => new Transposed(6, 10),
        ["own square linear, inputs first"] = () => new Transposed(8, 8),
        ["embedding"] = () => nn.Embedding(12, 8),
        ["sequence convolution"] = () => nn.Conv1d(4, 8, 3, stride: 2, padding: 1, dilation: 2),
        ["convolution"] = () => nn.Conv2d(4, 8, 3, stride: 2, padding: 1),
        ["wide convolution"] = () => nn.Conv2d(4, 8, (3, 5), padding: (0, 2), dilation: (2, 1), bias: false),
        ["grouped convolution"] = () => nn.Conv2d(4, 8, 3, groups: 2),
        ["convolution that keeps the size"] = () => nn.Conv2d(4, 8, 4, padding: Padding.Same),
        ["convolution that reflects"] = () => nn.Conv2d(4, 8, 3, padding: 1, padding_mode: PaddingModes.Reflect),
        ["own convolution"] = () => new OwnConvolution(),
    };

    [Theory, MemberData(nameof(Layers))]
    public void A_layer_starts_as_it_was_and_computes_the_same_attached_and_merged(string kind)
    {
        using var scope = NewDisposeScope();
        using var backbone = Backbone(Made[kind]());
        var (layer, weight) = (backbone.Module.named_children().Single().module, backbone.Module.named_parameters().First().parameter);
        var input = Input(layer);
        var plain = Run(backbone, input);
        var before = weight.detach().clone();
        using var lora = new Lora(backbone, new() { Rank = 2, Alpha = 3, TargetModules = ["layer"] });
        Run(backbone, input).Should().BeIdenticalTo(plain, "B or A is zero");

        Train(lora);
        var attached = Run(backbone, input);
        attached.allclose(plain, 0.01, 0.01).Should().BeFalse();
        lora.Merge();
        Run(backbone, input).Should().BeWithin(1e-5, attached);
        lora.IsMerged.Should().BeTrue();

        lora.Unmerge();
        weight.Should().BeIdenticalTo(before);
        Run(backbone, input).Should().BeIdenticalTo(attached);
        lora.Dispose();
        Run(backbone, input).Should().BeIdenticalTo(plain);
    }

    [Fact]
    public void A_layer_of_half_precision_is_changed_and_merged_in_its_type()
    {
        using var scope = NewDisposeScope();
        using var backbone = Backbone(nn.Linear(6, 10).to(ScalarType.BFloat16));
        var input = Formula.Input("input", [5, 6], -1, 1).to(ScalarType.BFloat16);
        using var lora = new Lora(backbone, new() { Rank = 2, TargetModules = ["layer"] });
        Train(lora);
        var attached = Run(backbone, input);
        lora.Merge();
        var merged = Run(backbone, input);
        var difference = merged.sub(attached).abs().max().to(ScalarType.Float32);
        difference.item<float>().Should().BeLessThan(0.1f);
    }

    [Fact]
    public void A_convolution_of_ones_own_knows_that_it_is_adapted_and_that_its_weights_changed()
    {
        var layer = new OwnConvolution();
        using var backbone = Backbone(layer);
        using var lora = new Lora(backbone, new() { Rank = 2, TargetModules = ["layer"] });
        layer.IsAdapted.Should().BeTrue();
        lora.Merge();
        (layer.IsAdapted, layer.Changes).Should().Be((false, 1));
        lora.Unmerge();
        (layer.IsAdapted, layer.Changes).Should().Be((true, 2));
        lora.Dispose();
        layer.IsAdapted.Should().BeFalse();
    }

    [Fact]
    public void Dropout_changes_what_A_reads_while_it_trains_and_nothing_in_evaluation()
    {
        using var scope = NewDisposeScope();
        using var backbone = Backbone(nn.Linear(6, 10));
        var input = Formula.Input("input", [5, 6], -1, 1);
        using var lora = new Lora(backbone, new() { Rank = 2, Dropout = 0.5, TargetModules = ["layer"] });
        Train(lora);
        var first = Run(backbone, input);
        Run(backbone, input).Should().BeIdenticalTo(first);
        lora.Layers["layer"].train();
        var trained = Run(backbone, input);
        trained.allclose(first, 0.01, 0.01).Should().BeFalse();
    }

    [Fact]
    public void The_seed_decides_where_A_starts()
    {
        using var scope = NewDisposeScope();
        using var backbone = Backbone(nn.Linear(6, 10));
        A(1).Should().BeIdenticalTo(A(1));
        A(1).Should().BeWithin(1 / Math.Sqrt(6), zeros(2, 6));
        A(1).equal(A(2)).all().item<bool>().Should().BeFalse();

        Tensor A(long seed)
        {
            using var lora = new Lora(backbone, new() { Rank = 2, Seed = seed, TargetModules = ["layer"] });
            return lora.Layers["layer"].get_parameter("A")!.detach().clone();
        }
    }

    private static ModuleBackbone Backbone(nn.Module<Tensor, Tensor> layer)
    {
        var network = nn.Sequential(("layer", layer));
        Formula.FillModule(network);
        return new ModuleBackbone("one layer", network, 8);
    }

    private static Tensor Input(nn.Module layer) => layer switch
    {
        TorchSharp.Modules.Embedding => arange(12, ScalarType.Int64).reshape(3, 4),
        Conv1d => Formula.Input("input", [2, 4, 9], -1, 1),
        Conv2d or OwnConvolution => Formula.Input("input", [2, 4, 9, 9], -1, 1),
        _ => Formula.Input("input", [3, 5, layer.named_parameters().First().parameter.shape.Contains(6) ? 6 : 8], -1, 1),
    };

    private static void Train(Lora lora)
    {
        using var _ = no_grad();
        foreach (var (name, parameter) in lora.Layers["layer"].named_parameters())
        {
            using var value = Formula.Weight(name, parameter.shape);
            parameter.copy_(value);
        }
    }

    private static Tensor Run(ModuleBackbone backbone, Tensor input)
    {
        using var _ = no_grad();
        return ((nn.Module<Tensor, Tensor>)backbone.Module).call(input);
    }

    /// <summary>A convolution whose padding depends on the input.</summary>
    private sealed class OwnConvolution : nn.Module<Tensor, Tensor>, IAdaptableConvolution, IDerivedWeights
    {
        private readonly Parameter weight = nn.Parameter(zeros(8, 4, 3, 3));

        public OwnConvolution() : base(nameof(OwnConvolution)) => RegisterComponents();

        public long Groups => 1;

        public bool IsAdapted { get; set; }

        public int Changes { get; private set; }

        public void WeightsChanged() => Changes++;

        public Tensor Convolve(Tensor input, Tensor weight)
        {
            using var padded = nn.functional.pad(input, [0, input.size(3) % 2, 0, input.size(2) % 2]);
            return nn.functional.conv2d(padded, weight, null, [2, 2]);
        }

        public override Tensor forward(Tensor input) => Convolve(input, weight);
    }
}
