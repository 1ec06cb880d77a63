using System.Diagnostics;
using TransferLearning.TestKit;
using TransferLearning.Text;
using TransferLearning.Tokenizers;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>What batches of like length save: sentence vectors of SST-2's test set, against every text padded to 128 tokens.</summary>
internal static class SentenceEncoding
{
    private const int BatchSize = 32;
    private const int Length = 128;
    private const int Rounds = 3;

    public static int Run()
    {
        var texts = TextFile.Open(TestFiles.Data("text/sst2/test.tsv"), new TextFileOptions { Header = false }).Texts;
        using var encoder = SentenceEncoder.Load();
        using var backbone = TextBackbones.Load("all_minilm_l6_v2");

        List<double> ours = [], padded = [];
        var difference = 0f;
        for (var round = 0; round < Rounds; round++)
        {
            var (vectors, seconds) = Timed(() => encoder.Encode(texts));
            var (reference, slower) = Timed(() => Padded(backbone, texts));
            ours.Add(seconds);
            padded.Add(slower);
            difference = vectors.Zip(reference, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).Max();
        }
        Console.WriteLine(FormattableString.Invariant(
            $"MiniLM, {texts.Count} texts of SST-2, batch {BatchSize}; texts/s, median (best) of {Rounds}: library {texts.Count / Loop.Median(ours):F0} ({texts.Count / ours.Min():F0}), all padded to {Length} tokens {texts.Count / Loop.Median(padded):F0} ({texts.Count / padded.Min():F0}); {Loop.Median(padded) / Loop.Median(ours):F2}x at the median, {padded.Min() / ours.Min():F2}x at the best; largest difference {difference:G2}"));
        return 0;
    }

    private static (float[][] Vectors, double Seconds) Timed(Func<float[][]> work)
    {
        var clock = Stopwatch.StartNew();
        return (work(), clock.Elapsed.TotalSeconds);
    }

    private static float[][] Padded(TextBackbone backbone, IReadOnlyList<string> texts)
    {
        var tokenizer = backbone.Input.Tokenizer;
        return [.. texts.Chunk(BatchSize).SelectMany(batch =>
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var (ids, mask) = (new long[batch.Length * Length], new bool[batch.Length * Length]);
            Array.Fill(ids, tokenizer.PaddingId ?? 0);
            for (var i = 0; i < batch.Length; i++)
                foreach (var (t, id) in tokenizer.Encode(batch[i], options: new EncodingOptions { MaxLength = Length }).Ids.Index())
                    (ids[i * Length + t], mask[i * Length + t]) = (id, true);
            var input = new TensorSet(tensor(ids, [batch.Length, Length]), tensor(mask, [batch.Length, Length]));
            var pooled = nn.functional.normalize(backbone.Extract(input), 2, 1);
            return pooled.data<float>().ToArray().Chunk(backbone.Info.FeatureSize);
        })];
    }
}
