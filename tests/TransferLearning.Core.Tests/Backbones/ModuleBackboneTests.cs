using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Backbones;

[NoTensorLeaks(MakesModels = true)]
public sealed class ModuleBackboneTests
{
    [Fact]
    public void Its_stages_are_layer_groups_that_own_their_parameters()
    {
        using var backbone = SmallNetwork.Backbone();
        backbone.LayerGroups.Select(group => group.Name).Should().Equal("stage1", "stage2");
        backbone.LayerGroups.Select(group => backbone.Module.named_parameters().Count(p => group.Owns(p.name))).Should().Equal(3, 3);
        backbone.Info.Should().BeEquivalentTo(new BackboneInfo("small", 12));
    }

    [Fact]
    public void Without_stages_the_module_is_one_group()
    {
        using var backbone = new ModuleBackbone("mlp", nn.Sequential(nn.Linear(4, 3), nn.ReLU()), 3);
        var group = backbone.LayerGroups.Should().ContainSingle().Subject;
        backbone.Module.named_parameters().Should().OnlyContain(parameter => group.Owns(parameter.name));
    }

    [Fact]
    public void Its_features_are_the_mean_over_the_map_that_the_module_gives()
    {
        using var backbone = SmallNetwork.Backbone();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        backbone.Module.eval();
        var images = Formula.Input("x", [2, 3, 8, 8], -1, 1);

        var map = backbone.Run(images, 0, 2).Values;
        map.Should().BeIdenticalTo(((nn.Module<Tensor, Tensor>)backbone.Module).call(images));
        backbone.Extract(images).Should().BeIdenticalTo(map.mean([2, 3]));
    }

    [Fact]
    public void A_stage_that_is_no_part_of_the_module_is_named()
    {
        using var module = nn.Sequential(nn.Linear(4, 3));
        using var stranger = nn.Linear(4, 3);
        var create = () => new ModuleBackbone("mine", module, 3, ("extra", stranger));
        create.Should().Throw<ArgumentException>().WithMessage("*stage 'extra' is no registered sub-module*RegisterComponents()*");
    }

    [Fact]
    public void A_stage_may_pass_its_input_on()
    {
        var (first, last) = (nn.Linear(4, 3), nn.Linear(3, 2));
        var (before, between) = (new PassesOn(), new PassesOn());
        using var backbone = new ModuleBackbone(
            "mine", nn.Sequential(("before", before), ("first", first), ("between", between), ("last", last)), 2, ("before", before), ("first", first), ("between", between), ("last", last));
        using var scope = NewDisposeScope();
        var input = new TensorSet(ones(2, 4));
        for (var stage = 1; stage <= 4; stage++)
            backbone.Run(input, 0, stage).Values.shape.Should().Equal(2, stage switch { 1 => 4, 4 => 2, _ => 3 });
        input.Values.IsInvalid.Should().BeFalse("it is the caller's");
    }

    [Fact]
    public void A_parameter_in_two_stages_is_named()
    {
        var inner = nn.Linear(4, 4);
        var outer = nn.Sequential(("inner", inner));
        using var backbone = new ModuleBackbone("mine", nn.Sequential(("outer", outer)), 4, ("outer", outer), ("inner", inner));
        using var model = backbone.WithHead(new LinearHead(["a", "b"]));
        using var values = ones(2, 4);
        var fit = () => new Trainer(new TrainerOptions { Device = CPU }).Fit(model, new TensorDataset(values, [0, 1], ["a", "b"]));
        fit.Should().Throw<ArgumentException>()
            .WithMessage("*'backbone.outer.inner.weight' belongs to 'outer' and to 'inner'*trained twice*");
    }

    [Theory]
    [InlineData("layer1", "layer1.0.weight", true)]
    [InlineData("layer1", "layer1", true)]
    [InlineData("layer1", "layer10.weight", false)]
    [InlineData("", "anything", true)]
    public void A_group_owns_whole_names_only(string prefix, string name, bool owns) =>
        new LayerGroup("group", [prefix], input => input).Owns(name).Should().Be(owns);

    private sealed class PassesOn() : nn.Module<Tensor, Tensor>(nameof(PassesOn))
    {
        public override Tensor forward(Tensor input) => input;
    }
}
