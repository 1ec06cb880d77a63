using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Heads;

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

        var logits = model.Forward(input);
        for (var stage = 0; stage <= model.PooledStage; stage++)
            model.ForwardFrom(model.RunTo(input, stage), stage).Should().BeIdenticalTo(logits, $"stage {stage}");
    }

    [Fact]
    public void A_head_that_reads_the_map_is_cached_before_pooling()
    {
        using var backbone = SmallNetwork.Backbone();
        using var pooled = backbone.WithHead(Head);
        using var map = backbone.WithHead(new MapHead());
        (pooled.LastStage(2), pooled.LastStage(1), map.LastStage(2)).Should().Be((3, 1, 2));
        (pooled.StageName(3), pooled.StageName(2)).Should().Be(("pooled features", "stage2"));
    }

    [Fact]
    public void A_wrong_feature_size_is_named()
    {
        using var backbone = new ModuleBackbone("mine", nn.Flatten(), 7);
        using var model = backbone.WithHead(Head);
        using var scope = NewDisposeScope();
        var forward = () => model.Forward(new TensorSet(zeros(2, 3)));
        forward.Should().Throw<ArgumentException>().WithMessage("*'mine' declares features [N, 7] and gave [2, 3]: correct its feature size*");
    }

    [Fact]
    public void It_outlives_the_dispose_scope_that_it_is_made_in()
    {
        using var backbone = new ModuleBackbone("mine", nn.Flatten(), 3);
        TransferModel model;
        using (NewDisposeScope()) model = backbone.WithHead(Head);
        using (model)
        using (NewDisposeScope()) model.Forward(new TensorSet(zeros(2, 3))).shape.Should().Equal(2, 2);
    }

    [Fact]
    public void It_borrows_the_backbone()
    {
        using var backbone = SmallNetwork.Backbone();
        backbone.WithHead(Head).Dispose();
        backbone.Module.parameters().Should().OnlyContain(parameter => !parameter.IsInvalid);
    }

    private sealed class MapHead : IHeadReplacer
    {
        public string Kind => "map";

        public IReadOnlyList<string> Labels => Head.Labels;

        public IObjective Objective => Head.Objective;

        public FeatureKind Reads => FeatureKind.Map;

        public nn.Module<Features, Tensor> Build(int featureSize) => Head.Build(featureSize);
    }
}
