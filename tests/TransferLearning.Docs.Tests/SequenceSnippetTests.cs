using Snippets;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Docs.Tests;

/// <summary>What the page on training shows of sequences, of rows in a file and of random numbers.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class SequenceSnippetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_encoder_and_decoder_are_trained_saved_and_asked()
    {
        manual_seed(0);
        var path = _folder.File("translator.safetensors");
        (long[], long[])[] pairs = [.. Enumerable.Range(0, 64).Select(i => new long[] { 2 + i % 5, 2 + i / 5 % 5, 7 }[(i % 2)..])
            .Select(source => (source, source.Reverse().ToArray()))];

        var report = Sequences.Translate(pairs, tokens: 8, path);
        using var next = Sequences.Ask(path, tokens: 8, [3, 4, 7]);

        report.Epochs[^1].TrainLoss.Should().BeLessThan(report.Epochs[0].TrainLoss / 2);
        next.Values.shape.Should().Equal(1, 1, 8);
        using var token = next.Values.argmax(-1);
        token.item<long>().Should().Be(7, "every answer begins with what every question ends with");
    }

    [Fact]
    public void Frames_are_transcribed_without_being_told_where_the_symbols_are()
    {
        manual_seed(0);
        long[][] transcripts = [.. Enumerable.Range(0, 32).Select(i => i % 2 == 0 ? new long[] { 1, 2 } : [2, 1, 3])];
        float[][,] frames = [.. transcripts.Select(Frames)];
        using var backbone = new ModuleBackbone("frames", nn.Sequential(nn.Linear(4, 16), nn.ReLU()), 16);

        var report = Sequences.Transcribe(frames, transcripts, backbone, symbols: 4);

        report.Epochs[^1].TrainLoss.Should().BeLessThan(report.Epochs[0].TrainLoss / 2);

        // Two frames of each symbol, and one of silence after it.
        static float[,] Frames(long[] symbols)
        {
            var frames = new float[symbols.Length * 3, 4];
            for (var t = 0; t < frames.GetLength(0); t++) frames[t, t % 3 == 2 ? 0 : symbols[t / 3]] = 1;
            return frames;
        }
    }

    [Fact]
    public void Rows_of_a_file_are_a_data_set()
    {
        var random = new SplitMix64(1);
        var path = _folder.File("rows.bin");
        using (var writer = new BinaryWriter(File.Create(path)))
            for (var row = 0; row < 20_000; row++)
            {
                float[] values = [.. Enumerable.Range(0, 8).Select(_ => (float)random.NextDouble(-1, 1))];
                foreach (var value in values) writer.Write(value);
                writer.Write(values.Sum() > 0 ? 1f : 0f);
            }
        manual_seed(0);
        using var backbone = new ModuleBackbone("mine", nn.Sequential(nn.Linear(8, 16), nn.ReLU()), 16);

        var report = Rows.Train(path, backbone);

        (report.TrainCount + report.ValidationCount).Should().Be(20_000);
        report.Accuracy.Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void Noise_of_ones_own_comes_from_the_run()
    {
        using var values = ones(16, 4);
        var data = new TensorDataset(values, [.. Enumerable.Range(0, 16).Select(i => i % 2)], ["even", "odd"]);

        float[] Train(long seed)
        {
            manual_seed(0);
            using var backbone = new ModuleBackbone("noisy", nn.Sequential(nn.Linear(4, 8), new GaussianNoise(0.5)), 8);
            using var model = backbone.WithHead(new LinearHead(data.ClassNames));
            var report = new Trainer(new TrainerOptions { Epochs = 2, Seed = seed, BatchSize = 4 }).Fit(model, data);
            report.Warnings.Should().BeEmpty();
            return model.Head.get_parameter("weight")!.data<float>().ToArray();
        }

        Train(seed: 1).Should().Equal(Train(seed: 1));
        Train(seed: 2).Should().NotEqual(Train(seed: 1));
    }
}
