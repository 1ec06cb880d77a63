using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>A checkpoint holds what was trained, and knows the rest by its checksum.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class CheckpointSizeTests : IDisposable
{
    private const int Width = 600, HeadBytes = (Width + 1) * 4 * 4;

    private readonly TemporaryFolder _folder = new();
    private readonly Experiment _experiment = new();

    private TrainerOptions Options => Experiment.Options with
    {
        Optimizer = new AdamW(0.01), Checkpoints = new(_folder.File("run")) { Resume = true, Interval = TimeSpan.Zero },
    };

    public void Dispose()
    {
        _experiment.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void With_a_frozen_backbone_it_is_about_as_large_as_the_head_and_goes_on_to_the_same_bits()
    {
        using var backbone = Wide();
        using var whole = backbone.WithHead(new LinearHead(Experiment.Classes));
        new Trainer(Options with { Checkpoints = null }, new FreezeBackbone()).Fit(whole, _experiment.Train, _experiment.Validation);

        var largest = 0L;
        for (var parts = 1; ; parts++)
        {
            using var other = Wide();
            using var part = other.WithHead(new LinearHead(Experiment.Classes));
            var steps = 0;
            var stopped = part.StopsAt(
                _experiment.Train, _experiment.Validation, Options, [new FreezeBackbone()], now => now.Phase == TrainingPhase.Training && ++steps == 2, out _);
            largest = Math.Max(largest, new DirectoryInfo(_folder.File("run")).GetFiles("checkpoint-*").Max(file => file.Length));
            if (stopped) continue;
            parts.Should().BeGreaterThan(3);
            Experiment.StateOf(part).Should().BeEquivalentTo(Experiment.StateOf(whole));
            break;
        }
        const int weightAndTwoMoments = 3;
        largest.Should().BeInRange(weightAndTwoMoments * HeadBytes, weightAndTwoMoments * HeadBytes + 20_000, "the backbone has 460 KB");
        using var artefact = ModelArtefact.Open(Path.Combine(_folder.File("run"), "checkpoint-00000009.safetensors"));
        artefact.Lacks.Should().HaveLength(64);
        using var pretrained = Wide();
        using var restored = artefact.Restore(pretrained);
        Experiment.StateOf(restored).Should().BeEquivalentTo(Experiment.StateOf(whole), "on the same pretrained weights it is the model");
    }

    [Fact]
    public void On_other_pretrained_weights_it_is_refused()
    {
        using (var backbone = Wide())
        using (var model = backbone.WithHead(new LinearHead(Experiment.Classes)))
            new Trainer(Options, new FreezeBackbone()).Fit(model, _experiment.Train, _experiment.Validation);
        using var changed = Wide();
        using (NewDisposeScope())
        using (no_grad()) changed.Module.get_parameter("1.bias")!.add_(1e-3);
        using var other = changed.WithHead(new LinearHead(Experiment.Classes));
        var before = Experiment.StateOf(other);
        FluentActions.Invoking(() => new Trainer(Options, new FreezeBackbone()).Fit(other, _experiment.Train, _experiment.Validation))
            .Should().Throw<ArgumentException>()
            .WithMessage(
                "*checkpoint-00000009.safetensors' holds what was trained of 'wide' alone, and the backbone has other weights than it "
                + "was trained on. "
                + "Open it on a backbone with the same pretrained weights.");
        Experiment.StateOf(other).Should().BeEquivalentTo(before);

        using var artefact = ModelArtefact.Open(Path.Combine(_folder.File("run"), "checkpoint-00000009.safetensors"));
        artefact.Invoking(a => a.Restore(SmallNetwork.Backbone())).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Layers_that_are_set_free_later_are_in_it_from_then_on()
    {
        _experiment.Fit(Options with { Epochs = 4, Checkpoints = Options.Checkpoints! with { Keep = 20 } }, new GradualUnfreezing());
        string[][] names = [.. new[] { 3, 6, 9 }.Select(step =>
        {
            using var file = WeightFile.Open(Path.Combine(_folder.File("run"), $"checkpoint-{step:D8}.safetensors"));
            return file.Tensors.Keys.Where(name => name.EndsWith(".weight", StringComparison.Ordinal))
                .Where(name => !name.StartsWith("training.", StringComparison.Ordinal)).ToArray();
        })];
        names[0].Should().BeEquivalentTo("head.weight");
        names[1].Should().BeEquivalentTo("head.weight", "backbone.stage2.conv2.weight", "backbone.stage2.bn2.weight");
        names[2].Should().HaveCount(5);
    }

    [Fact]
    public void Snapshots_that_were_let_go_take_no_memory_when_more_layers_are_set_free()
    {
        var (plain, capturing) = (Tensors(capture: false), Tensors(capture: true));
        capturing.Should().Equal(plain);

        static long[] Tensors(bool capture)
        {
            using var experiment = new Experiment();
            List<long> live = [];
            experiment.Fit(Experiment.Options with { Epochs = 5, LoaderThreads = 0 }, new GradualUnfreezing(), new Hook
            {
                OnStep = step => { if (step.Session.EpochBatch == 0) live.Add(Tensor.TotalCount); },
                OnEpochDone = session => { if (capture) session.Capture().Dispose(); },
            });
            return [.. live.Select(count => count - live[0])];
        }
    }

    private static ModuleBackbone Wide()
    {
        var module = nn.Sequential(nn.Flatten(), nn.Linear(192, Width));
        Formula.FillModule(module);
        return new ModuleBackbone("wide", module, Width);
    }
}
