using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>
/// A small recurrent network that reads made-up frames, two to four of each symbol and some of silence, and writes the symbols 1 to 3.
/// </summary>
internal sealed class Transcription : ISequenceTask
{
    private const int Symbols = 4, Bands = 5, Width = 16;

    private readonly IPretrainedBackbone _backbone;

    public Transcription(int train = 96)
    {
        set_num_threads(1);
        _backbone = NewBackbone();
        Model = _backbone.WithHead(new TokenHead(Symbols, new Ctc()));
        Train = Data(seed: 1, train);
        Validation = Data(seed: 2, 24);
    }

    public TransferModel Model { get; }

    public IDataset Train { get; }

    public IDataset Validation { get; }

    public TrainerOptions Options { get; } = new()
    {
        Epochs = 25, BatchSize = 12, Optimizer = new AdamW(0.02), ClipGradientNorm = 1, Device = CPU
    };

    public Kinds Kinds { get; } = Kinds.Default.WithHead("tokens", (saved, _) => TokenHead.Read(saved));

    public IPretrainedBackbone NewBackbone()
    {
        var network = new Network();
        Formula.FillModule(network);
        return new ModuleBackbone(
            "transcription", network, Width, [new LayerGroup("recurrent", [""], input => input.WithValues(network.call(input.Values)))]);
    }

    /// <summary>
    /// The symbols of an example, and those that the model hears in it: the likeliest of each frame, without repetitions and silence.
    /// </summary>
    public static (long[] Written, long[] Heard) Ask(Predictor predictor, IDataset data, int example)
    {
        using var scope = NewDisposeScope();
        using var batch = data.Prepare(null).Load([example], default);
        var answer = predictor.Answer(batch.Input);
        long[] frames = [.. answer.Values[0].argmax(-1).data<long>()];
        return (
            [.. batch.Target.Values.data<long>()], [.. frames.Where((symbol, t) => symbol != 0 && (t == 0 || frames[t - 1] != symbol))]);
    }

    public void Dispose()
    {
        Model.Dispose();
        _backbone.Dispose();
    }

    private static ExampleDataset Data(ulong seed, int count)
    {
        var random = new SplitMix64(seed);
        (float[] Frames, long[] Symbols)[] examples = [.. Enumerable.Range(0, count).Select(_ => Example(ref random))];
        return new ExampleDataset(
            count, i => (tensor(examples[i].Frames, [examples[i].Frames.Length / Bands, Bands]), Target(examples[i].Symbols)),
            Targets.Sequences(examples.Select(example => example.Symbols)));

        static TensorSet Target(long[] symbols) =>
            TensorSet.FromTensor(tensor(symbols)).WithPadding(RaggedTargets.Ignored)
                .With(TensorNames.Lengths, tensor((long)symbols.Length));
    }

    private static (float[], long[]) Example(ref SplitMix64 random)
    {
        List<float> frames = [];
        var symbols = new long[1 + random.NextInt(3)];
        for (var i = 0; i < symbols.Length; i++)
        {
            symbols[i] = 1 + random.NextInt(Symbols - 1);
            Add(0, 1, frames, ref random);
            Add((int)symbols[i], 2 + random.NextInt(3), frames, ref random);
        }
        Add(0, 1, frames, ref random);
        return ([.. frames], symbols);

        static void Add(int symbol, int count, List<float> frames, ref SplitMix64 random)
        {
            for (var i = 0; i < count * Bands; i++) frames.Add((i % Bands == symbol ? 1 : 0) + (float)random.NextDouble(-0.2, 0.2));
        }
    }

    private sealed class Network : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.GRU layers = nn.GRU(Bands, Width, batchFirst: true);
        private readonly Dropout dropout = new(0.1);

        public Network() : base(nameof(Network)) => RegisterComponents();

        public override Tensor forward(Tensor frames)
        {
            using var scope = NewDisposeScope();
            var (states, _) = layers.call(frames);
            return dropout.call(states).MoveToOuterDisposeScope();
        }
    }
}
