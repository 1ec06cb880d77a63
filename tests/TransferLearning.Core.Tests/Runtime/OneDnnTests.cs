using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Runtime;

/// <summary>oneDNN is off around what it computes wrongly, and on again whatever happens. The trial of this machine is made up.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class OneDnnTests
{
    private const string Own = "oneDNN computes convolutions such as*wrongly*turned off while they are computed*";
    private const string Others = "oneDNN was off for a while*another model*";

    public OneDnnTests()
    {
        TorchRuntime.Initialize();
        Skip.If(IsOn is null, "Torch's context is out of reach on this system.");
    }

    private static bool? IsOn => NativeTorch.ReadContext("_ZNK2at7Context17userEnabledMkldnnEv");

    [SkippableFact]
    public void A_run_turns_it_off_says_so_and_turns_it_on_again()
    {
        using var experiment = new Experiment();
        List<bool?> during = [];
        var report = Assumed(right: false, () => experiment.Fit(null, new Hook { OnStep = _ => during.Add(IsOn) }));
        during.Should().HaveCount(9).And.AllBeEquivalentTo(false);
        report.Warnings.Should().ContainMatch(Own);
        IsOn.Should().BeTrue();
    }

    [SkippableFact]
    public void Where_it_is_right_nothing_is_turned_off_or_said()
    {
        using var experiment = new Experiment();
        List<bool?> during = [];
        var report = Assumed(right: true, () => experiment.Fit(null, new Hook { OnStep = _ => during.Add(IsOn) }));
        during.Should().AllBeEquivalentTo(true);
        report.Warnings.Should().NotContainMatch("*oneDNN*");
    }

    [SkippableFact]
    public void After_a_failure_or_a_cancellation_it_is_on_again()
    {
        using var experiment = new Experiment();
        FluentActions.Invoking(() => Assumed(right: false, () => experiment.Fit(
            null, new Hook { OnStep = _ => throw new InvalidOperationException("a failure") }))).Should().Throw<InvalidOperationException>();
        IsOn.Should().BeTrue();

        using var source = new CancellationTokenSource();
        var trainer = new Trainer(Experiment.Options, new Hook { OnStepDone = _ => source.Cancel() });
        FluentActions.Invoking(() => Assumed(right: false, () => trainer.Fit(
            experiment.Model, experiment.Train, cancellationToken: source.Token))).Should().Throw<OperationCanceledException>();
        IsOn.Should().BeTrue();

        FluentActions.Invoking(() => Assumed(right: false, () => experiment.Fit(null, new EarlyStopping(), new EarlyStopping()))).Should()
            .Throw<ArgumentException>();
        IsOn.Should().BeTrue();
    }

    [SkippableFact]
    public void Predictions_and_vectors_turn_it_off_each_time_also_where_they_fail()
    {
        using var images = Formula.Input("images", [2, 3, 8, 8], -1, 1);
        List<bool?> during = [];
        ModuleBackbone Looking() => new("looking", new LookingConvolution(() => during.Add(IsOn)), 12);
        using var predictor = Assumed(
            right: false, () => new Predictor(Looking().WithHead(new LinearHead(Experiment.Classes), ownsBackbone: true), CPU));
        using var embedder = Assumed(right: false, () => new Embedder(Looking(), CPU));

        predictor.Predict(images).Should().HaveCount(2);
        predictor.Score(images).Should().HaveCount(2);
        using (NewDisposeScope()) predictor.Answer(images);
        embedder.Embed(images, normalize: true).Should().HaveCount(2);
        during.Should().HaveCount(4).And.AllBeEquivalentTo(false);
        IsOn.Should().BeTrue();

        using var wrong = zeros(2, 5, 8, 8);
        predictor.Invoking(it => it.Predict(wrong)).Should().Throw<Exception>();
        embedder.Invoking(it => it.Embed(wrong, normalize: true)).Should().Throw<Exception>();
        IsOn.Should().BeTrue();
    }

    [SkippableFact]
    public void Two_that_overlap_keep_it_off_until_the_last_has_ended_and_a_third_beside_them_says_so()
    {
        using var conv = nn.Conv2d(8, 8, 3, bias: false);
        using var linear = nn.Linear(8, 8, hasBias: false);
        var (first, second, beside) = Assumed(right: false, () => (new OneDnn(conv), new OneDnn(conv), new OneDnn(linear)));
        beside.Fault.Should().BeNull();

        using var before = beside.Use();
        before.Remark.Should().BeNull();
        var one = first.Use();
        var other = second.Use();
        one.Dispose();
        one.Dispose();
        IsOn.Should().BeFalse("the other is still computing");
        using var within = beside.Use();
        other.Dispose();
        IsOn.Should().BeTrue();
        using var after = beside.Use();

        one.Remark.Should().Be(first.Fault).And.Match(Own);
        before.Remark.Should().Match(Others);
        within.Remark.Should().Match(Others);
        after.Remark.Should().BeNull();
    }

    [SkippableFact]
    public void A_teacher_is_computed_without_it_too()
    {
        using var wide = new ModuleBackbone("wide", nn.Sequential(("conv", nn.Conv2d(3, 16, 3, bias: false))), 16);
        using var student = wide.WithHead(new LinearHead(Experiment.Classes));
        using var teacher = new Experiment();
        List<bool?> during = [];
        var trainer = new Trainer(Experiment.Options, new Distillation(teacher.Model), new Hook { OnStep = _ => during.Add(IsOn) });

        var report = Assumed(right: false, () => trainer.Fit(student, teacher.Train));

        during.Should().AllBeEquivalentTo(false);
        report.Warnings.Should().ContainMatch(Others);
        IsOn.Should().BeTrue();
    }

    private sealed class LookingConvolution : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> conv = nn.Conv2d(3, 12, 3, bias: false);
        private readonly Action _look;

        public LookingConvolution(Action look) : base(nameof(LookingConvolution))
        {
            _look = look;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            _look();
            return conv.call(input);
        }
    }

    private static T Assumed<T>(bool right, Func<T> compute)
    {
        OneDnn.AssumedRight.Value = right;
        try
        {
            return compute();
        }
        finally
        {
            OneDnn.AssumedRight.Value = null;
        }
    }
}
