using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Strategies;

/// <summary>Strategies that add to the loss, against the formulas of their papers.</summary>
public sealed class AddedLossTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("training/losses");

    [Fact]
    [NoTensorLeaks(MakesModels = true)]
    public void A_student_on_frozen_layers_sees_the_examples_and_comes_nearer_to_its_teacher()
    {
        using var teacher = new Experiment();
        teacher.Fit(Experiment.Options with { Epochs = 8 });
        using var alone = new Experiment();
        using var taught = new Experiment();
        var stages = new HashSet<int>();

        alone.Fit(null, new FreezeBackbone());
        var report = taught.Fit(null, new FreezeBackbone(), new Distillation(teacher.Model, alpha: 1), new Stage(stages));

        stages.Should().Equal(0);
        report.FeatureCaches.Should().ContainSingle("the teacher reads the training examples themselves").Which.Data.Should()
            .Be("validation");
        Distance(taught).Should().BeLessThan(Distance(alone));
        teacher.Model.Backbone.Module.parameters().Should().AllSatisfy(parameter => (parameter.grad is null).Should().BeTrue());

        double Distance(Experiment student) => student.Logits().Zip(teacher.Logits(), (a, b) => Math.Pow(a - b, 2)).Average();
    }

    [Fact]
    [NoTensorLeaks(MakesModels = true)]
    public void A_student_is_measured_on_features_and_does_not_learn_from_them()
    {
        using var teacher = new Experiment();
        using var student = new Experiment();
        using var train = FeatureSet.Compute(student.Model, student.Train, options: Experiment.Options);
        using var validation = FeatureSet.Compute(student.Model, student.Validation, options: Experiment.Options);
        var trainer = new Trainer(Experiment.Options, new FreezeBackbone(), new Distillation(teacher.Model));

        trainer.Fit(student.Model, student.Train, validation).Evaluation!.Count.Should().Be(12);
        trainer.Invoking(run => run.Fit(student.Model, train)).Should().Throw<ArgumentException>()
            .WithMessage("Distillation needs the examples themselves*'pooled features'*");
    }

    [Fact]
    [NoTensorLeaks(MakesModels = true)]
    public void A_head_without_parameters_will_do()
    {
        var head = new PrototypeHead(Experiment.Classes, PrototypeDistance.Euclidean);
        using var teacher = new Experiment(head: head);
        using var student = new Experiment(head: head);

        student.Fit(null, new Distillation(teacher.Model), new L2StartingPoint()).Epochs.Should().HaveCount(3);
    }

    [Fact]
    public void A_teacher_of_other_classes_is_refused()
    {
        using var experiment = new Experiment();
        using var teacher = new ModuleBackbone("any", nn.Identity(), 4).WithHead(new LinearHead(["x", "y"]), ownsBackbone: true);

        experiment.Invoking(run => run.Fit(null, new Distillation(teacher))).Should().Throw<ArgumentException>()
            .WithMessage("*[x, y]*[a, b, c, d]*");
    }

    [Fact]
    public void L2_SP_adds_the_distance_from_the_start_and_the_size_of_the_head()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Case("l2_sp");
        var (input, options) = (golden.GetProperty("input"), golden.GetProperty("options"));
        using var model = new ModuleBackbone("linear", nn.Linear(4, 3, hasBias: false), 3).WithHead(new NoBias(), ownsBackbone: true);
        var (w, head) = (model.Backbone.Module.parameters().Single(), model.Head.parameters().Single());
        using (no_grad())
        {
            w.copy_(Formula.Input(input.GetProperty("start")));
            head.copy_(Formula.Input(input.GetProperty("head")));
        }
        var data = new TensorDataset(zeros(2, 4), Targets.Values([[0, 0], [0, 0]], ["p", "q"]));
        Tensor? gradient = null, headGradient = null;
        var loss = 0f;

        new Trainer(
            new TrainerOptions { Epochs = 1, BatchSize = 2, Optimizer = new Sgd(0.1, momentum: 0), Device = CPU },
            new L2StartingPoint(options.GetProperty("alpha").GetDouble(), options.GetProperty("beta").GetDouble()),
            new Moved(() => w.copy_(Formula.Input(input.GetProperty("w"))), step =>
            {
                (gradient, headGradient) = (w.grad!.clone().MoveToOuterDisposeScope(), head.grad!.clone().MoveToOuterDisposeScope());
                loss = step.Loss.item<float>();
            })).Fit(model, data);

        var tolerance = golden.GetProperty("tolerance").GetDouble();
        loss.Should().BeApproximately((float)golden.GetProperty("output").GetDouble(), (float)tolerance, "the objective's loss is 0 here");
        gradient!.flatten().Should().BeWithin(tolerance, golden.GetProperty("grad").GetProperty("w").Floats());
        headGradient!.flatten().Should().BeWithin(tolerance, golden.GetProperty("grad").GetProperty("head").Floats());
    }

    /// <summary>A linear head of two values without bias.</summary>
    private sealed class NoBias : IHeadReplacer
    {
        public string Kind => "no-bias";

        public IReadOnlyList<string> Labels => ["p", "q"];

        public IObjective Objective { get; } = new Regression();

        public nn.Module<TensorSet, TensorSet> Build(int featureSize) => new Layer();

        private sealed class Layer : nn.Module<TensorSet, TensorSet>
        {
            private readonly nn.Module<Tensor, Tensor> linear = nn.Linear(3, 2, hasBias: false);

            public Layer() : base(nameof(NoBias)) => RegisterComponents();

            public override TensorSet forward(TensorSet features) => linear.call(features.Values);
        }
    }

    private sealed class Stage(HashSet<int> seen) : IFineTuneStrategy
    {
        public string Description => "stage";

        public void AfterStep(TrainingStep step) => seen.Add(step.Stage);
    }

    /// <summary>Moves the weights after the start was noted, and looks at the gradients.</summary>
    private sealed class Moved(Action move, Action<TrainingStep> look) : IFineTuneStrategy
    {
        public string Description => "moved";

        public void Step(TrainingStep step, Action next)
        {
            using (no_grad()) move();
            next();
            look(step);
        }
    }
}
