using TransferLearning.TestKit;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Adapters;

[NoTensorLeaks(MakesModels = true)]
public sealed class LoraTargetsTests
{
    private static readonly string[] Linear = [
        "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "intermediate.dense", "output.dense"];

    [Fact]
    public void All_linear_takes_every_linear_layer_of_the_backbone_and_nothing_else()
    {
        using var model = TinyBert.Model();
        using var lora = new Lora(model.Backbone, new());
        lora.Layers.Keys.Should().BeEquivalentTo(
            [.. Enumerable.Range(0, 2).SelectMany(i => Linear.Select(name => $"bert.encoder.layer.{i}.{name}")), "bert.pooler.dense"]);
    }

    [Fact]
    public void Modules_are_named_by_the_end_of_their_name_or_by_an_expression_for_it()
    {
        using var model = TinyBert.Model();
        Targets(new() { TargetModules = ["query", "layer.1.output.dense"] }).Should().Equal(
            "bert.encoder.layer.0.attention.self.query", "bert.encoder.layer.1.attention.self.query", "bert.encoder.layer.1.output.dense");
        Targets(new() { TargetModules = [@"layer\.[1-5]\..*(query|value)"] }).Should().Equal(
            "bert.encoder.layer.1.attention.self.query", "bert.encoder.layer.1.attention.self.value");
        Targets(new() { TargetModules = ["query"], ExcludedModules = ["layer.0.attention.self.query"] }).Should()
            .Equal("bert.encoder.layer.1.attention.self.query");

        string[] Targets(LoraOptions options)
        {
            using var lora = new Lora(model.Backbone, options);
            return [.. lora.Layers.Keys];
        }
    }

    [Fact]
    public void A_layer_that_belongs_to_no_group_and_a_second_name_of_one_are_left_out()
    {
        var shared = nn.Linear(4, 4);
        var network = nn.Sequential(("first", shared), ("second", shared), ("classifier", nn.Linear(4, 4)));
        using var backbone = new ModuleBackbone("shared", network, 4, [new LayerGroup("body", ["first", "second"], input => input)]);
        using var lora = new Lora(backbone, new() { Rank = 1 });
        lora.Layers.Keys.Should().Equal("first");
    }

    [Theory]
    [InlineData("qery", "*'qery'*no module's name ends with*Did you mean 'query'?*")]
    [InlineData("LayerNorm", "*'bert.embeddings.LayerNorm' (LayerNorm)*1 dimensions*Name other target modules, or exclude it*")]
    [InlineData("attention", "*'bert.encoder.layer.0.attention' (Node)*its parameters are*")]
    public void A_target_that_LoRA_cannot_change_is_named(string target, string message)
    {
        using var model = TinyBert.Model();
        model.Invoking(m => new Lora(m.Backbone, new() { TargetModules = [target] })).Should().Throw<ArgumentException>()
            .WithMessage(message);
    }

    [Fact]
    public void A_rank_for_no_layer_one_too_high_and_one_that_no_groups_have_are_named()
    {
        using var model = TinyBert.Model();
        model.Invoking(
            m => new Lora(m.Backbone, new() { TargetModules = ["query"], RankPattern = new Dictionary<string, int> { ["value"] = 2 } }))
            .Should().Throw<ArgumentException>().WithMessage("*ranks and alphas is 'value'*");
        model.Invoking(m => new Lora(m.Backbone, new() { TargetModules = ["query"], Rank = 17 }))
            .Should().Throw<ArgumentException>()
            .WithMessage("LoRA of rank 17 would have 2176 weights beside layers of 2048: choose a smaller rank*");
        using var grouped = new ModuleBackbone("grouped", nn.Sequential(("conv", nn.Conv2d(4, 8, 3, groups: 2, bias: false))), 8);
        grouped.Invoking(b => new Lora(b, new() { TargetModules = ["conv"], Rank = 3 }))
            .Should().Throw<ArgumentException>().WithMessage("*'conv' by rank 3*2 groups*");
        grouped.Invoking(b => new Lora(b, new())).Should().Throw<ArgumentException>().WithMessage("*no linear layers*such as 'conv'*");
    }

    [Fact]
    public void A_module_that_computes_more_than_its_product_is_refused()
    {
        using var backbone = new ModuleBackbone("own", nn.Sequential(("dense", new OwnLayer(rectifies: true))), 4);
        backbone.Invoking(b => new Lora(b, new() { Rank = 1, TargetModules = ["dense"] })).Should().Throw<ArgumentException>()
            .WithMessage("*'dense' (OwnLayer)*could not be merged*");
        backbone.Invoking(b => new Lora(b, new() { Rank = 1 })).Should().Throw<ArgumentException>().WithMessage("*no linear layers*");
    }

    [Fact]
    public void A_convolution_that_does_not_tell_its_stride_is_refused()
    {
        using var backbone = new ModuleBackbone("own", nn.Sequential(("conv", new OwnLayer(false, 4, 4, 3, 3))), 4);
        backbone.Invoking(b => new Lora(b, new() { Rank = 1, TargetModules = ["conv"] })).Should().Throw<ArgumentException>()
            .WithMessage("*'conv'*IAdaptableConvolution*");
    }

    [Fact]
    public void A_layer_whose_weight_is_read_past_its_call_is_found_out_in_the_first_forward_pass()
    {
        using var model = new ModuleBackbone("own", new Reader(), 4).WithHead(new LinearHead(["a", "b"]), ownsBackbone: true);
        model.Add(new Lora(model.Backbone, new() { Rank = 1 }));
        using var input = ones(2, 4);
        model.Invoking(m => m.Forward(input)).Should().Throw<InvalidOperationException>()
            .WithMessage("*'lora' changes 'read', and 'own' has not run that module*Exclude the module*");
        new Trainer(new() { Device = CPU }, new LoraFineTuning(new() { Rank = 1 })).Invoking(
            t => t.Fit(model, new TensorDataset(input, [0, 1], ["a", "b"])))
            .Should().Throw<InvalidOperationException>().WithMessage("*'read'*");
    }

    private sealed class Reader : nn.Module<Tensor, Tensor>
    {
        private readonly Linear called = nn.Linear(4, 4);
        private readonly Linear read = nn.Linear(4, 4);

        public Reader() : base(nameof(Reader)) => RegisterComponents();

        public override Tensor forward(Tensor input) => nn.functional.linear(called.call(input), read.weight!, read.bias);
    }

    private sealed class OwnLayer : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter weight;
        private readonly bool _rectifies;

        public OwnLayer(bool rectifies, params long[] shape) : base(nameof(OwnLayer))
        {
            weight = nn.Parameter(Formula.Weight("own", shape.Length == 0 ? [4, 4] : shape));
            _rectifies = rectifies;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var output = nn.functional.linear(input, weight);
            return _rectifies ? output.relu() : output;
        }
    }
}
