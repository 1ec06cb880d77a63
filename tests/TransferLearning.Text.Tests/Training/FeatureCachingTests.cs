using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Training;

/// <summary>Texts of different lengths: what is kept of frozen layers has no padding, and changes nothing but the time.</summary>
[NoTensorLeaks(MakesModels = true)]
[Collection(nameof(TorchGenerator))]
public sealed class FeatureCachingTests : IDisposable
{
    private static readonly TextDataset Texts = TextFile.Open(
        Path.Combine(TestFiles.Repository, "samples", "TextClassification", "data", "validation.csv"));
    private static readonly TrainerOptions Options = new() { Epochs = 3, BatchSize = 16, Optimizer = new AdamW(1e-3), Device = CPU };

    private readonly TinyFolder _folder = TinyFolder.Of(TinyFolder.Configuration("bert_tiny", ("vocab_size", 30522)));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Gradual_unfreezing_keeps_the_hidden_states_of_padded_texts()
    {
        var (report, outputs) = Fit(Options, stride: null);
        var (uncached, expected) = Fit(Options with { FeatureCacheBytes = 0 }, stride: null);

        report.FeatureCaches.Select(cache => (cache.Stage, cache.Examples)).Should()
            .Equal(("pooled features", Texts.Count), ("layer 1", Texts.Count), ("embeddings", Texts.Count));
        report.FeatureCaches[1].Bytes.Should().Be(
            Tokens(stride: null) * 32 * sizeof(float) + Texts.Count * sizeof(long), "padding takes no room");
        uncached.FeatureCaches.Should().BeEmpty();
        report.Epochs.Zip(uncached.Epochs, (a, b) => Math.Abs(a.TrainLoss - b.TrainLoss)).Max().Should().BeLessThan(1e-5);
        outputs.Zip(expected, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-4f);
    }

    [Fact]
    public void Windows_of_long_texts_are_not_kept_and_the_report_says_so()
    {
        var (report, outputs) = Fit(Options, stride: 1);
        var (_, expected) = Fit(Options with { FeatureCacheBytes = 0 }, stride: 1);
        report.FeatureCaches.Select(cache => (cache.Stage, cache.Examples)).Should()
            .Equal(("pooled features", Texts.Count), ("layer 1", 0), ("embeddings", 0));
        outputs.Zip(expected, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-4f);
    }

    [Fact]
    public void Classes_of_words_are_kept_with_the_hidden_states()
    {
        var words = TokenDataset.From(Texts.Texts.Take(40).Select(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(text => ((IReadOnlyList<string>)text, (IReadOnlyList<string>)[.. text.Select(word => word.Length > 4 ? "long" : "short")])));
        var (report, outputs) = Train(Options);
        var (uncached, expected) = Train(Options with { FeatureCacheBytes = 0 });
        report.FeatureCaches.Should().ContainSingle().Which.Examples.Should().Be(40);
        report.Epochs.Zip(uncached.Epochs, (a, b) => Math.Abs(a.TrainLoss - b.TrainLoss)).Max().Should().BeLessThan(1e-5);
        outputs.Zip(expected, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-4f);

        (TrainingReport, float[]) Train(TrainerOptions options) =>
            Run(stride: null, backbone => backbone.TokenClassificationHead(words.Targets.Names), words, options, new FreezeBackbone());
    }

    [Fact]
    public void Pairs_are_kept_with_their_segments()
    {
        var pairs = TextDataset.FromPairs(
            Texts.Texts.Take(40).Zip(Texts.Texts.Skip(40)), Texts.Subset([.. Enumerable.Range(0, 40)]).Targets);
        using var backbone = Open(stride: null);
        using var model = backbone.WithHead(new LinearHead(pairs.Targets.Names));
        using var kept = FeatureSet.Compute(model, pairs, stage: 0, Options);
        var (first, second) = (new Trainer(Options).Evaluate(model, kept), new Trainer(Options).Evaluate(model, pairs));
        first.Loss.Should().BeApproximately(second.Loss, 1e-6);
    }

    private (TrainingReport Report, float[] Outputs) Fit(TrainerOptions options, int? stride) =>
        Run(stride, _ => new LinearHead(Texts.Targets.Names), Texts, options, new GradualUnfreezing());

    private (TrainingReport Report, float[] Outputs) Run(
        int? stride, Func<TextBackbone, IHeadReplacer> head, IDataset data, TrainerOptions options, IFineTuneStrategy strategy)
    {
        using var scope = NewDisposeScope();
        using var backbone = Open(stride);
        using var model = backbone.WithHead(head(backbone));
        var report = new Trainer(options, strategy).Fit(model, data);
        using var batch = data.Prepare(backbone.Input).Load([.. Enumerable.Range(0, 8)], default);
        using var _ = no_grad();
        return (report, model.Forward(batch.Input).Values.data<float>().ToArray());
    }

    private long Tokens(int? stride)
    {
        using var backbone = Open(stride);
        return Texts.Prepare(backbone.Input).Lengths!.Sum(length => (long)length);
    }

    private TextBackbone Open(int? stride) => TextBackbones.Open(_folder.FullName, input => input with { MaxLength = 12, Stride = stride });
}
