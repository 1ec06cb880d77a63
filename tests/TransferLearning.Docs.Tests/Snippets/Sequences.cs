using TransferLearning;
using static TorchSharp.torch;

namespace Snippets;

internal static class Sequences
{
    public static TrainingReport Translate((long[] Source, long[] Target)[] pairs, int tokens, string path)
    {
        // snippet: train-encoder-decoder
        const long Start = 0, End = 1;
        var data = new ExampleDataset(pairs.Length, i => (
            new TensorSet(tensor(pairs[i].Source)).With(TensorNames.DecoderIds, tensor([Start, .. pairs[i].Target])),
            new TensorSet(tensor([.. pairs[i].Target, End])).WithPadding(RaggedTargets.Ignored)), new UnlistedTargets());

        var network = new Translator(tokens, width: 32);
        using var backbone = new ModuleBackbone("translator", network, featureSize: 32, network.Groups);
        using var model = backbone.WithHead(new TokenHead(tokens, new CrossEntropy()));
        var report = new Trainer(new TrainerOptions { Epochs = 10, Optimizer = new AdamW(0.01) }, new CosineDecay()).Fit(model, data);
        model.Save(path);
        // end-snippet
        return report;
    }

    public static TensorSet Ask(string path, int tokens, long[] source)
    {
        // snippet: open-encoder-decoder
        var network = new Translator(tokens, width: 32);
        using var artefact = ModelArtefact.Open(path, Kinds.Default.WithHead("tokens", (saved, _) => TokenHead.Read(saved)));
        using var predictor = new Predictor(artefact.Restore(new ModuleBackbone("translator", network, featureSize: 32, network.Groups)));
        using var question = new TensorSet(tensor(source, [1, source.Length])).With(TensorNames.DecoderIds, tensor(new long[,] { { 0 } }));
        TensorSet next = predictor.Answer(question);               // probabilities of the first token, [1, 1, tokens]
        // end-snippet
        return next;
    }

    public static TrainingReport Transcribe(float[][,] frames, long[][] transcripts, IPretrainedBackbone backbone, int symbols)
    {
        // snippet: train-ctc
        var data = new ExampleDataset(frames.Length, i => (
            tensor(frames[i]),                                     // [T, bands]
            new TensorSet(tensor(transcripts[i])).WithPadding(RaggedTargets.Ignored)
                .With(TensorNames.Lengths, tensor((long)transcripts[i].Length))), Targets.Sequences(transcripts));

        using var model = backbone.WithHead(new TokenHead(symbols, new Ctc(Blank: 0)));
        var report = new Trainer(new TrainerOptions { Epochs = 20, BatchSize = 8, Optimizer = new AdamW(0.01) }).Fit(model, data);
        // end-snippet
        return report;
    }
}
