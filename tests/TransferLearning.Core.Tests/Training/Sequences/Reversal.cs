using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>
/// An encoder and a decoder that learn to give sequences back in reverse: tokens 2 to 7, after an end (1) that is to be written last.
/// </summary>
internal sealed class Reversal : ISequenceTask
{
    private const int Tokens = 8, Width = 24;

    private const long Start = 0, End = 1;

    private readonly IPretrainedBackbone _backbone;

    public Reversal(int train = 160)
    {
        set_num_threads(1);
        _backbone = NewBackbone();
        Model = _backbone.WithHead(new TokenHead(Tokens, new CrossEntropy()));
        Train = Data(seed: 1, train);
        Validation = Data(seed: 2, 40);
    }

    public TransferModel Model { get; }

    public IDataset Train { get; }

    public IDataset Validation { get; }

    public TrainerOptions Options { get; } = new()
    {
        Epochs = 30, BatchSize = 16, Optimizer = new AdamW(0.01), Monitor = "accuracy", Device = CPU
    };

    public Kinds Kinds { get; } = Kinds.Default.WithHead("tokens", (saved, _) => TokenHead.Read(saved));

    public IPretrainedBackbone NewBackbone()
    {
        var network = new Network();
        Formula.FillModule(network);
        return new ModuleBackbone("reversal", network, Width, network.Groups);
    }

    /// <summary>A sequence and what the decoder has written so far, as a batch of one.</summary>
    public static TensorSet Ask(long[] sequence, IEnumerable<long> written) =>
        new TensorSet(tensor([End, .. sequence]).unsqueeze(0)).With(
            TensorNames.DecoderIds, tensor(written.Prepend(Start).ToArray()).unsqueeze(0));

    /// <summary>What the model writes, token by token.</summary>
    public static long[] Write(Predictor predictor, long[] sequence)
    {
        List<long> written = [];
        while (written.Count < 8)
        {
            using var scope = NewDisposeScope();
            var next = predictor.Answer(Ask(sequence, written)).Values[0, -1].argmax().item<long>();
            if (next == End) break;
            written.Add(next);
        }
        return [.. written];
    }

    public void Dispose()
    {
        Model.Dispose();
        _backbone.Dispose();
    }

    private static ExampleDataset Data(ulong seed, int count)
    {
        var random = new SplitMix64(seed);
        long[][] sequences = [.. Enumerable.Range(0, count).Select(_ => new long[1 + random.NextInt(4)])];
        foreach (var sequence in sequences)
            for (var i = 0; i < sequence.Length; i++) sequence[i] = 2 + random.NextInt(Tokens - 2);
        return new ExampleDataset(count, Example, new UnlistedTargets()) { Lengths = [.. sequences.Select(sequence => sequence.Length)] };

        (TensorSet, TensorSet) Example(int i)
        {
            long[] given = [End, .. sequences[i]], reversed = [.. given.Reverse()];
            return (
                new TensorSet(tensor(given)).With(TensorNames.DecoderIds, tensor([Start, .. reversed[..^1]])),
                TensorSet.FromTensor(tensor(reversed)).WithPadding(RaggedTargets.Ignored));
        }
    }

    private sealed class Network : nn.Module
    {
        private readonly TorchSharp.Modules.Embedding source = nn.Embedding(Tokens, Width);
        private readonly TorchSharp.Modules.Embedding fromEnd = nn.Embedding(8, Width);
        private readonly TorchSharp.Modules.Embedding target = nn.Embedding(Tokens, Width);
        private readonly TorchSharp.Modules.Embedding steps = nn.Embedding(8, Width);
        private readonly TorchSharp.Modules.Linear query = nn.Linear(Width, Width);
        private readonly TorchSharp.Modules.Linear key = nn.Linear(Width, Width);
        private readonly TorchSharp.Modules.Linear value = nn.Linear(Width, Width);

        public Network() : base(nameof(Network)) => RegisterComponents();

        public IReadOnlyList<LayerGroup> Groups =>
            [new LayerGroup("encoder", ["source", "fromEnd"], Encode), new LayerGroup("decoder", ["target", "steps", "query", "key", "value"], Decode)];

        private TensorSet Encode(TensorSet input)
        {
            using var scope = NewDisposeScope();
            var (ids, mask) = (input.Values, input.Mask);
            var length = mask?.sum(1).unsqueeze(1) ?? tensor(ids.size(1));
            var context = source.call(ids) + fromEnd.call((length - 1 - arange(ids.size(1))).clamp_min(0).expand_as(ids));
            return input.With(TensorNames.Context, context.MoveToOuterDisposeScope()).With(TensorNames.MaskOf(TensorNames.Context), mask);
        }

        private TensorSet Decode(TensorSet hidden)
        {
            using var scope = NewDisposeScope();
            var (ids, context, mask) = (
                hidden[TensorNames.DecoderIds], hidden[TensorNames.Context], hidden.Find(TensorNames.MaskOf(TensorNames.Context)));
            var asked = query.call(target.call(ids) + steps.call(arange(ids.size(1))));
            var scores = asked.matmul(key.call(context).transpose(1, 2));
            if (mask is not null) scores = scores.masked_fill(mask.logical_not().unsqueeze(1), -1e9);
            return value.call(scores.softmax(-1).matmul(context)).MoveToOuterDisposeScope();
        }
    }
}
