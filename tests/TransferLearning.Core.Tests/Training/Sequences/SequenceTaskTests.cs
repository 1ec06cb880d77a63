using System.Globalization;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>Tasks beyond classification from end to end: trained, stopped and resumed, saved and restored, used.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class SequenceTaskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static Hook FrozenEncoder => new() { OnPrepare = session => session.BackboneGroups[0].Freeze() };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_encoder_and_decoder_learn_to_reverse()
    {
        using var task = new Reversal();
        var report = new Trainer(task.Options, new CosineDecay(0.1)).Fit(task.Model, task.Train, task.Validation);
        report.Evaluation!["accuracy"].Should().BeGreaterThan(0.9, "of tokens that were not trained on");
        report.Warnings.Should().BeEmpty();

        using var predictor = Reloaded(task);
        Reversal.Write(predictor, [2, 5, 3]).Should().Equal(3, 5, 2);
        Reversal.Write(predictor, [7, 4]).Should().Equal(4, 7);
        using var scope = NewDisposeScope();
        predictor.Invoking(p => p.Predict(Reversal.Ask([2], []))).Should().Throw<NotSupportedException>().WithMessage("*Predictor.Answer*");
    }

    [Fact]
    public void A_recurrent_network_learns_to_write_what_it_hears()
    {
        using var task = new Transcription();
        var report = new Trainer(task.Options).Fit(task.Model, task.Train, task.Validation);
        report.Epochs[^1].Evaluation!.Loss.Should().BeLessThan(report.Epochs[0].Evaluation!.Loss / 4);
        report.Objective.Should().Be("ctc");

        using var predictor = Reloaded(task);
        Enumerable.Range(0, 24).Select(example => Transcription.Ask(predictor, task.Validation, example))
            .Count(answer => answer.Written.SequenceEqual(answer.Heard))
            .Should().BeGreaterThan(18);
    }

    public static TheoryData<string> Tasks => ["reversal", "reversal, encoder frozen", "transcription"];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Stopped_and_resumed_under_any_culture_they_end_with_the_same_bits(string kind)
    {
        IFineTuneStrategy[] Strategies() => kind.EndsWith("frozen", StringComparison.Ordinal) ? [FrozenEncoder] : [new CosineDecay(0.25)];
        using var whole = Make(kind);
        var options = whole.Options with { Epochs = 3, Optimizer = new AdamW(0.0125) };
        var expected = new Trainer(options, Strategies()).Fit(whole.Model, whole.Train, whole.Validation);

        var culture = CultureInfo.CurrentCulture;
        try
        {
            string[] cultures = ["tr-TR", "de-DE", "en-US"];
            for (var part = 0; ; part++)
            {
                CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(cultures[part % cultures.Length]);
                using var task = Make(kind);
                var steps = 0;
                if (task.Model.StopsAt(
                    task.Train, task.Validation,
                    options with { Checkpoints = new(_folder.File("run")) { Resume = true, Interval = TimeSpan.Zero } },
                    Strategies(), now => now.Phase == TrainingPhase.Training && ++steps == 5, out var report))
                    continue;
                part.Should().BeGreaterThan(2);
                Experiment.StateOf(task.Model).Should().BeEquivalentTo(Experiment.StateOf(whole.Model));
                report!.Epochs.Select(epoch => epoch with { Seconds = 0 }).Should()
                    .BeEquivalentTo(expected.Epochs.Select(epoch => epoch with { Seconds = 0 }));
                return;
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Features_of_a_frozen_encoder_are_kept_with_all_that_the_decoder_reads()
    {
        float[][] losses = [.. new[] { 0, 1 << 20 }.Select(bytes =>
        {
            using var task = new Reversal();
            var report = new Trainer(task.Options with { Epochs = 3, FeatureCacheBytes = bytes }, FrozenEncoder)
                .Fit(task.Model, task.Train, task.Validation);
            report.FeatureCaches.Sum(cache => cache.Examples).Should().Be(bytes == 0 ? 0 : 200);
            return report.Epochs.Select(epoch => (float)epoch.Evaluation!.Loss).ToArray();
        })];
        foreach (var (computed, kept) in losses[0].Zip(losses[1])) kept.Should().BeApproximately(computed, 1e-5f);
    }

    internal static ISequenceTask Make(string kind) =>
        kind.StartsWith("reversal", StringComparison.Ordinal) ? new Reversal() : new Transcription();

    private Predictor Reloaded(ISequenceTask task)
    {
        task.Model.Save(_folder.File("model.safetensors"));
        using var artefact = ModelArtefact.Open(_folder.File("model.safetensors"), task.Kinds);
        artefact.Labels.Should().BeEmpty();
        var predictor = new Predictor(artefact.Restore(task.NewBackbone()), CPU);
        Experiment.StateOf(predictor.Model).Should().BeEquivalentTo(Experiment.StateOf(task.Model));
        predictor.Model.Replacer.Objective.Kind.Should().Be(task.Model.Replacer.Objective.Kind);
        return predictor;
    }
}
