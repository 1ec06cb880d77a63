using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Training;

/// <summary>Texts of different lengths: what is kept of frozen layers has no padding, and changes nothing but the time.</summary>
[NoTensorLeaks(MakesModels = true)]
[Collection(nameof(TorchGenerator))]
public sealed class FeatureCachingTests : IDisposable
{
    private static readonly TextDataset Texts = TextFile.Open(Path.Combine(TestFiles.Repository, "samples", "TextClassification", "data", "validation.csv"));
    private static readonly TrainerOptions Options = new() { Epochs = 3, BatchSize = 16, Optimizer = new AdamW(1e-3), Device = CPU };

    private readonly TinyFolder _folder = TinyFolder.Of(TinyFolder.Configuration("bert_tiny", ("vocab_size", 30522)));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Gradual_unfreezing_keeps_the_hidden_states_of_padded_texts()
    {
        var (report, outputs) = Fit(Options, stride: null);
        var (uncached, expected) = Fit(Options with { FeatureCacheBytes = 0 }, stride: null);

        report.FeatureCaches.Select(cache => (cache.Stage, cache.Examples)).Should().Equal(("pooled features", Texts.Count), ("layer 1", Texts.Count), ("embeddings", Texts.Count));
        report.FeatureCaches[1].Bytes.Should().Be((Tokens(stride: null) + 1) * 32 * sizeof(float), "padding takes no room");
        uncached.FeatureCaches.Should().BeEmpty();
        report.Epochs.Zip(uncached.Epochs, (a, b) => Math.Abs(a.TrainLoss - b.TrainLoss)).Max().Should().BeLessThan(1e-5);
        outputs.Zip(expected, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-4f);
    }

    [Fact]
    public void Windows_of_long_texts_are_not_kept_and_the_report_says_so()
    {
        var (report, outputs) = Fit(Options, stride: 1);
        var (_, expected) = Fit(Options with { FeatureCacheBytes = 0 }, stride: 1);
        report.FeatureCaches.Select(cache => (cache.Stage, cache.Examples)).Should().Equal(("pooled features", Texts.Count), ("layer 1", 0), ("embeddings", 0));
        outputs.Zip(expected, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-4f);
    }

    private (TrainingReport Report, float[] Outputs) Fit(TrainerOptions options, int? stride)
    {
        using var scope = NewDisposeScope();
        using var backbone = TextBackbones.Open(_folder.FullName);
        backbone.Input = Spec(backbone.Input, stride);
        using var model = backbone.WithHead(new LinearHead(Texts.ClassNames));
        var report = new Trainer(options, new GradualUnfreezing()).Fit(model, Texts);
        using var batch = Texts.Prepare(backbone.Input).Load([.. Enumerable.Range(0, 8)], default);
        using var _ = no_grad();
        return (report, model.Forward(batch.Input).data<float>().ToArray());
    }

    private long Tokens(int? stride)
    {
        using var backbone = TextBackbones.Open(_folder.FullName);
        return Texts.Prepare(Spec(backbone.Input, stride)).Lengths!.Sum(length => (long)length);
    }

    private static TextSpec Spec(TextSpec spec, int? stride) => spec with { MaxLength = 12, Stride = stride };
}
