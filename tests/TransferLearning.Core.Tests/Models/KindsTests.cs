using System.Text.Json.Nodes;
using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Models;

/// <summary>Heads, objectives and metrics of one's own in saved models, and the settings of the library's.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class KindsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModuleBackbone _backbone = SmallNetwork.Backbone();

    private string Path => _folder.File("model.safetensors");

    public void Dispose()
    {
        _backbone.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void An_objective_of_ones_own_is_restored_where_it_is_given()
    {
        var kinds = Kinds.Default.WithObjective("focal", settings => new Focal((double)settings["gamma"]!));
        using var restored = Restored(new LinearHead(Experiment.Classes, new Focal(3)), kinds);
        restored.Replacer.Objective.Should().Be(new Focal(3));
    }

    [Fact]
    public void Without_it_is_refused_by_name() =>
        Refuses(new LinearHead(Experiment.Classes, new Focal(3)),
            "*has an objective of kind 'focal', which is none of cross-entropy, ctc, multi-label, multi-task, "
            + "regression.*Kinds.Default.WithObjective(\"focal\", ...).");

    [Fact]
    public void Of_an_objective_that_is_not_given_the_artefact_still_tells_everything_else()
    {
        using var model = _backbone.WithHead(new LinearHead(Experiment.Classes, new Focal(3)));
        model.Save(Path);
        using var artefact = ModelArtefact.Open(Path);
        (artefact.HeadKind, artefact.BackboneId).Should().Be(("linear", "small"));
        artefact.Labels.Should().Equal(Experiment.Classes);
        artefact.Invoking(a => a.Objective).Should().Throw<ArgumentException>().WithMessage("*'focal'*");
    }

    [Fact]
    public void A_metric_of_ones_own_is_restored_where_it_is_given()
    {
        var head = new LinearHead(Experiment.Classes) { Metrics = [new OwnMetric(0.25), new ClassificationMetric()] };
        using var restored = Restored(
            head, Kinds.Default.WithMetric("worst answer", settings => new OwnMetric((double)settings["limit"]!)));
        restored.Replacer.Metrics.Should().Equal(new OwnMetric(0.25), new ClassificationMetric());
    }

    [Fact]
    public void Without_that_it_is_refused_by_name() =>
        Refuses(new LinearHead(Experiment.Classes) { Metrics = [new OwnMetric()] },
            "*has a metric of kind 'worst answer', which is none of classification, multi-label, regression, task.*WithMetric(\"worst "
            + "answer\", ...).");

    [Fact]
    public void The_metrics_of_an_objective_of_ones_own_are_saved_with_it()
    {
        var kinds = Kinds.Default.WithObjective("own objective", _ => new OwnObjective());
        var head = new LinearHead(Experiment.Classes, new OwnObjective());
        Refuses(head, "*has a metric of kind 'worst answer'*", kinds);
        using var restored = Restored(head, kinds.WithMetric("worst answer", settings => new OwnMetric((double)settings["limit"]!)));
        restored.Replacer.Metrics.Should().Equal(new OwnMetric());
    }

    [Fact]
    public void A_head_of_ones_own_is_restored_where_it_is_given()
    {
        using var restored = Restored(new Scaled(Experiment.Classes, 2.5), Kinds.Default.WithHead("scaled", (saved, backbone) =>
        {
            backbone.Info.Id.Should().Be("small");
            return new Scaled(saved.Labels, (double)saved.Settings["scale"]!);
        }));
        restored.Replacer.Should().BeOfType<Scaled>().Which.Scale.Should().Be(2.5);
        restored.Replacer.Metrics.Should().ContainSingle("the objective's");
    }

    [Fact]
    public void Without_such_a_head_is_refused_by_name() =>
        Refuses(new Scaled(Experiment.Classes, 1),
            "*has a head of kind 'scaled', which is none of attention, concat-pooling, cosine, generalized-mean, linear, mlp, multi-task, prototype.*WithHead(\"scaled\", ...).");

    [Fact]
    public void A_kind_may_be_replaced_and_the_default_stays_as_it_is()
    {
        using var restored = Restored(new LinearHead(Experiment.Classes), Kinds.Default.WithObjective("cross-entropy", _ => new Focal(1)));
        restored.Replacer.Objective.Should().Be(new Focal(1));
        using var other = Restored(new LinearHead(Experiment.Classes), Kinds.Default);
        other.Replacer.Objective.Should().BeOfType<CrossEntropy>();
        FluentActions.Invoking(() => Kinds.Default.WithMetric(" ", _ => new OwnMetric())).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Settings_of_objectives_survive()
    {
        var smoothing = Saved<CrossEntropy>(new CrossEntropy { LabelSmoothing = 0.1, ClassWeights = [0.1f, 2, 0, 1e-7f] });
        smoothing.LabelSmoothing.Should().Be(0.1);
        smoothing.ClassWeights.Should().Equal(0.1f, 2, 0, 1e-7f);
        Saved<Regression>(new Regression { Difference = RegressionLoss.Huber, HuberDelta = 0.3 })
            .Should().Match<Regression>(it => it.Difference == RegressionLoss.Huber && it.HuberDelta == 0.3);
        Saved<Regression>(new Regression { Difference = RegressionLoss.Absolute }).Difference.Should().Be(RegressionLoss.Absolute);
        Saved<MultiLabel>(new MultiLabel { PositiveWeights = [0.1f, 3, 1, 1] }).PositiveWeights.Should().Equal(0.1f, 3, 1, 1);
        Saved<Ctc>(new Ctc(3)).Blank.Should().Be(3);
        Saved<CrossEntropy>(new CrossEntropy()).Should().Match<CrossEntropy>(it => it.LabelSmoothing == 0 && it.ClassWeights == null);

        T Saved<T>(T objective) where T : IObjective
        {
            using var restored = Restored(new LinearHead(Experiment.Classes, objective), Kinds.Default);
            restored.Replacer.Objective.Settings.ToJsonString().Should().Be(objective.Settings.ToJsonString());
            restored.Replacer.Metrics.Should().BeEquivalentTo(objective.Metrics);
            return restored.Replacer.Objective.Should().BeOfType<T>().Which;
        }
    }

    private TransferModel Restored(IHeadReplacer head, Kinds kinds)
    {
        using var model = _backbone.WithHead(head);
        Formula.FillModule(model.Head);
        model.Eval();
        model.Save(Path);
        using var artefact = ModelArtefact.Open(Path, kinds);
        var restored = artefact.Restore(SmallNetwork.Backbone());
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var images = Formula.Input("x", [2, 3, 8, 8], -1, 1);
        restored.Forward(images).Values.Should().BeIdenticalTo(model.Forward(images).Values);
        return restored;
    }

    private void Refuses(IHeadReplacer head, string message, Kinds? kinds = null)
    {
        using var model = _backbone.WithHead(head);
        model.Save(Path);
        using var artefact = ModelArtefact.Open(Path, kinds);
        var backbone = SmallNetwork.Backbone();
        var weights = backbone.Module.parameters().ToArray();
        artefact.Invoking(a => a.Restore(backbone)).Should().Throw<ArgumentException>().WithMessage(message);
        weights.Should().OnlyContain(parameter => parameter.IsInvalid, "a backbone that became no model is disposed");
    }

    /// <summary>An objective of one's own with a setting.</summary>
    private sealed record Focal(double Gamma) : IObjective
    {
        public string Kind => "focal";

        public JsonObject Settings => new() { ["gamma"] = Gamma };

        public IAnswer Answer => new ClassProbabilities();

        // Saved and restored here, never computed.
        public Tensor Loss(TensorSet output, TensorSet target) => throw new NotSupportedException();

        public void Validate(TensorSet target, int outputs) { }
    }

    /// <summary>A head of one's own with a setting.</summary>
    private sealed class Scaled(IReadOnlyList<string> labels, double scale) : IHeadReplacer
    {
        public double Scale => scale;

        public string Kind => "scaled";

        public JsonObject Settings => new() { ["scale"] = scale };

        public IReadOnlyList<string> Labels => labels;

        public IObjective Objective { get; } = new CrossEntropy();

        public nn.Module<TensorSet, TensorSet> Build(int featureSize) => new Layer(featureSize, labels.Count, scale);

        private sealed class Layer : nn.Module<TensorSet, TensorSet>
        {
            private readonly TorchSharp.Modules.Linear linear;
            private readonly double _scale;

            public Layer(int inputs, int outputs, double scale) : base(nameof(Scaled))
            {
                (linear, _scale) = (nn.Linear(inputs, outputs), scale);
                RegisterComponents();
            }

            public override TensorSet forward(TensorSet features)
            {
                using var logits = linear.call(features.Values);
                return logits * _scale;
            }
        }
    }
}
