using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Random;

/// <summary>A run's random numbers are its own: nothing outside changes them, and they change nothing outside.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class RunRandomnessTests
{
    private static readonly TrainerOptions Options = Experiment.Options with { Epochs = 6 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_runs_in_two_threads_are_each_what_they_are_alone(bool ownModule)
    {
        Dictionary<string, byte[]>[] alone = [Train(1), Train(2)];
        for (var trial = 0; trial < 3; trial++)
        {
            // Torch draws where it makes a layer, which is no part of a run.
            using var first = new Subject(ownModule);
            using var second = new Subject(ownModule);
            var together = new Dictionary<string, byte[]>[2];
            Parallel.Invoke(() => together[0] = first.Train(1), () => together[1] = second.Train(2));
            for (var run = 0; run < 2; run++) together[run].Should().BeEquivalentTo(alone[run]);
        }
        alone[0].Should().NotBeEquivalentTo(alone[1]);

        Dictionary<string, byte[]> Train(long seed)
        {
            using var subject = new Subject(ownModule);
            return subject.Train(seed);
        }
    }

    [Theory]
    [InlineData("Fit")]
    [InlineData("Fit with torch's dropout")]
    [InlineData("Fit that fails")]
    [InlineData("Evaluate")]
    [InlineData("LinearProbe.Fit")]
    public void The_callers_random_numbers_go_on_as_if_nothing_had_happened(string what)
    {
        using var experiment = new Experiment(dropout: 0.3);
        using var dropout = Dropping();
        using var model = dropout.WithHead(new LinearHead(Experiment.Classes));
        manual_seed(42);
        using var first = rand(3);
        using var expected = rand(3);
        manual_seed(42);
        using var again = rand(3);
        Run();
        using var next = rand(3);
        next.Should().BeIdenticalTo(expected);

        void Run()
        {
            switch (what)
            {
                case "Fit": experiment.Fit(); break;
                case "Fit with torch's dropout": new Trainer(Options).Fit(model, experiment.Train); break;
                case "Fit that fails": experiment.Invoking(
                    e => e.Fit(null, new Hook { OnStepDone = _ => throw new InvalidOperationException() }))
                    .Should().Throw<InvalidOperationException>(); break;
                case "Evaluate": new Trainer(Options).Evaluate(model, experiment.Validation); break;
                default: new LinearProbe(new() { Device = CPU }).Fit(experiment.Model, experiment.Train); break;
            }
        }
    }

    [Fact]
    public void A_module_that_draws_from_torchs_generator_is_named_and_the_run_can_be_repeated()
    {
        var (first, report) = Train();
        manual_seed(1234);
        rand(7).Dispose();
        var (second, _) = Train();
        second.Should().BeEquivalentTo(first);
        report.Warnings.Should().ContainSingle().Which
            .Should().Match(
                "'Dropout' of the model draws from torch's generator*TransferLearning.Dropout draws from the run's own numbers.");

        static (Dictionary<string, byte[]>, TrainingReport) Train()
        {
            using var experiment = new Experiment();
            using var backbone = Dropping();
            using var model = backbone.WithHead(new LinearHead(Experiment.Classes));
            var report = new Trainer(Options).Fit(model, experiment.Train);
            return (Experiment.StateOf(model), report);
        }
    }

    [Fact]
    public void It_can_be_resumed_too()
    {
        using var folder = new TemporaryFolder();
        using var experiment = new Experiment();
        using var backbone = Dropping();
        using var model = backbone.WithHead(new LinearHead(Experiment.Classes));
        new Trainer(Options).Fit(model, experiment.Train);

        var options = Options with { Checkpoints = new(folder.File("run")) { Resume = true, Interval = TimeSpan.Zero } };
        for (var stops = 0; ; stops++)
        {
            using var other = Dropping();
            using var part = other.WithHead(new LinearHead(Experiment.Classes));
            var steps = 0;
            if (part.StopsAt(experiment.Train, null, options, [], now => now.Phase == TrainingPhase.Training && ++steps == 4, out _))
                continue;
            stops.Should().Be(4);
            Experiment.StateOf(part).Should().BeEquivalentTo(Experiment.StateOf(model));
            return;
        }
    }

    [Fact]
    public void A_module_of_ones_own_that_draws_is_noticed()
    {
        using var experiment = new Experiment();
        using var backbone = new ModuleBackbone("noise", new Noise(), 12);
        using var model = backbone.WithHead(new LinearHead(Experiment.Classes));
        new Trainer(Options).Fit(model, experiment.Train).Warnings.Should().ContainSingle().Which
            .Should().StartWith("A module of the model draws from torch's generator");
    }

    [Fact]
    public void A_run_that_comes_and_goes_within_a_step_of_another_is_not_taken_for_a_draw_of_its_modules()
    {
        using var outer = new Experiment();
        using var inner = new Experiment();
        var runs = 0;
        outer.Fit(Options, new Hook { OnStep = _ => { if (runs++ == 0) inner.Fit(Options); } }).Warnings.Should().BeEmpty();
    }

    /// <summary>A backbone of torch's modules, with its dropout.</summary>
    private static ModuleBackbone Dropping() =>
        new("dropping", Filled(nn.Sequential(nn.Flatten(), nn.Linear(192, 12), nn.Dropout(0.3))), 12);

    private static nn.Module<Tensor, Tensor> Filled(nn.Module<Tensor, Tensor> module)
    {
        Formula.FillModule(module);
        return module;
    }

    /// <summary>What is trained. The small network is a module of the user's own, without randomness; the other is torch's alone.</summary>
    private sealed class Subject : IDisposable
    {
        private readonly Experiment _experiment = new(dropout: 0.3);
        private readonly ModuleBackbone _plain = new("plain", Filled(nn.Sequential(nn.Flatten(), nn.Linear(192, 12), nn.ReLU())), 12);
        private readonly TransferModel _model;

        public Subject(bool ownModule) =>
            _model = (ownModule ? _experiment.Backbone : _plain).WithHead(new LinearHead(Experiment.Classes, dropout: 0.3));

        public Dictionary<string, byte[]> Train(long seed)
        {
            var report = new Trainer(Options with { Seed = seed }).Fit(_model, _experiment.Train, _experiment.Validation);
            report.Warnings.Should().BeEmpty();
            return Experiment.StateOf(_model);
        }

        public void Dispose()
        {
            _model.Dispose();
            _plain.Dispose();
            _experiment.Dispose();
        }
    }

    private sealed class Noise : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear linear = nn.Linear(192, 12);

        public Noise() : base(nameof(Noise)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var features = linear.call(input.flatten(1));
            return (training ? features + 0.1 * randn_like(features) : features.alias()).MoveToOuterDisposeScope();
        }
    }
}
