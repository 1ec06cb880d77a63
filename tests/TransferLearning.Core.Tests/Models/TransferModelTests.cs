using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Models;

public sealed class TransferModelTests
{
    private static readonly LinearHead Head = new(["a", "b"]);

    [Fact]
    public void From_any_stage_on_it_gives_what_it_gives_from_the_input()
    {
        using var backbone = SmallNetwork.Backbone();
        using var model = backbone.WithHead(Head);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        model.Eval();
        Formula.FillModule(model.Head);
        var input = new TensorSet(Formula.Input("x", [2, 3, 8, 8], -1, 1));

        var logits = model.Forward(input).Values;
        for (var stage = 0; stage <= model.PooledStage; stage++)
            model.ForwardFrom(model.RunFrom(input, 0, stage), stage).Values.Should().BeIdenticalTo(logits, $"stage {stage}");
    }

    [Fact]
    public void What_the_head_reads_is_the_last_stage()
    {
        using var backbone = SmallNetwork.Backbone();
        using var model = backbone.WithHead(Head);
        (model.LastStage(2), model.LastStage(1), model.LastStage(0)).Should().Be((3, 1, 0));
        (model.StageName(3), model.StageName(2), model.StageName(0)).Should().Be(("pooled features", "stage2", "input"));
    }

    [Fact]
    public void A_head_reads_what_it_says()
    {
        using var backbone = SmallNetwork.Backbone();
        using var map = backbone.WithHead(new MapHead());
        using var positions = backbone.WithHead(new AttentionHead(["a", "b"]));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var input = Formula.Input("x", [2, 3, 8, 8], -1, 1);
        map.RunFrom(input, 0, map.PooledStage).Values.shape.Should().Equal(2, 12, 4, 4);
        map.Forward(input).Values.shape.Should().Equal(2, 12, 4, 4);
        positions.RunFrom(input, 0, positions.PooledStage).Values.shape.Should().Equal(2, 16, 12);
    }

    [Fact]
    public void A_wrong_feature_size_is_named()
    {
        using var backbone = new ModuleBackbone("mine", nn.Flatten(), 7);
        using var model = backbone.WithHead(Head);
        using var scope = NewDisposeScope();
        var forward = () => model.Forward(new TensorSet(zeros(2, 3)));
        forward.Should().Throw<ArgumentException>()
            .WithMessage("*'mine' declares features [N, 7] and gave [2, 3]: correct its feature size*");
    }

    [Fact]
    public void It_outlives_the_dispose_scope_that_it_is_made_in()
    {
        using var backbone = new ModuleBackbone("mine", nn.Flatten(), 3);
        TransferModel model;
        using (NewDisposeScope()) model = backbone.WithHead(Head);
        using (model)
        using (NewDisposeScope()) model.Forward(zeros(2, 3)).Values.shape.Should().Equal(2, 2);
    }

    [Fact]
    public void It_borrows_the_backbone()
    {
        using var backbone = SmallNetwork.Backbone();
        backbone.WithHead(Head).Dispose();
        backbone.Module.parameters().Should().OnlyContain(parameter => !parameter.IsInvalid);
    }

    /// <summary>Gives back the last group's output as it is.</summary>
    private sealed class MapHead : IHeadReplacer
    {
        public string Kind => "map";

        public IObjective Objective => new Regression();

        public TensorSet Read(IPretrainedBackbone backbone, TensorSet hidden) => hidden;

        public nn.Module<TensorSet, TensorSet> Build(int featureSize) => new Same();

        private sealed class Same() : nn.Module<TensorSet, TensorSet>(nameof(Same))
        {
            public override TensorSet forward(TensorSet hidden) => hidden;
        }
    }

    [Fact]
    [NoTensorLeaks(MakesModels = true)]
    public void A_saved_adapter_holds_the_biases_that_were_trained_and_becomes_the_model_again_twice()
    {
        using var folder = new TemporaryFolder();
        using var trained = new Training.Experiment();
        trained.Fit(null, new BitFit());
        trained.Model.SaveAdapter(folder.File("first"));
        Names("first").Where(name => name.EndsWith("weight", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal))
            .Should().BeEquivalentTo("head.weight", "head.bias", "backbone.stage1.bn1.bias", "backbone.stage2.bn2.bias");

        using var artefact = ModelArtefact.Open(folder.File("first"));
        using var restored = artefact.Restore(SmallNetwork.Backbone());
        Training.Experiment.StateOf(restored).Should().BeEquivalentTo(trained.State());

        restored.SaveAdapter(folder.File("second"));
        Names("second").Should().BeEquivalentTo(Names("first"));

        string[] Names(string file)
        {
            using var weights = WeightFile.Open(folder.File(file));
            return [.. weights.Tensors.Keys];
        }
    }
}
