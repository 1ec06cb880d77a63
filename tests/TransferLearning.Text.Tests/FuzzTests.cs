using System.Buffers.Binary;
using System.Text;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests;

/// <summary>Mutants of the configurations of networks, of tables of texts, and of saved models.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class FuzzTests : IDisposable
{
    private const string Vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncat\n##s\na\n##b\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("csv", "text,label\r\n\"Hello, \"\"you\"\"\r\nthere\",x\r\nplain,y\r\nlast,x\r\n")]
    [InlineData("tsv", "sentence\tlabel\n\"tab\there\"\tx\nplain\ty\nlast\tx\n")]
    [InlineData("jsonl", "{\"text\":\"é\\n\",\"label\":1}\n\n{\"label\":true,\"text\":\"b\"}\n{\"label\":1,\"text\":\"c\"}\n")]
    public void Table_of_texts(string extension, string content) => Fuzzer.Run(extension, Encoding.UTF8.GetBytes(content), mutant =>
    {
        var data = TextFile.Open(_folder.Write($"texts.{extension}", mutant));
        ((ClassTargets)data.Targets).Indices.Should().HaveCount(data.Count)
            .And.OnlyContain(index => index >= 0 && index < data.Targets.Names.Count);
    }, typeof(TextFormatException));

    [Theory]
    [InlineData("bert_tiny")]
    [InlineData("modernbert_tiny")]
    [InlineData("deberta_v3_tiny")]
    public void Configuration_of_a_network(string family)
    {
        var configuration = TinyFolder.Configuration(family);
        using var folder = TinyFolder.Of(configuration);
        folder.Write("vocab.txt", Vocabulary);
        Fuzzer.Run($"config.json, {family}", Encoding.UTF8.GetBytes(configuration.Json.GetRawText()), mutant =>
        {
            File.WriteAllBytes(folder.At("config.json"), mutant);
            using var encoder = new SentenceEncoder(TextBackbones.Open(folder.FullName), CPU);
            encoder.Encode("the cat").Should().HaveCount(encoder.Size);
        }, typeof(InvalidDataException), typeof(NotSupportedException), typeof(WeightMismatchException), typeof(ArgumentException));
    }

    [Fact]
    public void Saved_model()
    {
        var network = TextModel.Build("tiny", TinyFolder.Configuration("bert_tiny"));
        network.Network.Initialize(_ => true);
        var tokenizer = Tokenizer.Open(_folder.Write("vocab.txt", Vocabulary));
        using (var backbone = new TextBackbone(network, new TextSpec { Tokenizer = tokenizer, MaxLength = 8 }))
        using (var model = backbone.WithHead(new LinearHead(["one", "two"]))) model.Save(_folder.File("saved"));
        var saved = File.ReadAllBytes(_folder.File("saved"));
        var data = sizeof(ulong) + (int)BinaryPrimitives.ReadUInt64LittleEndian(saved);
        Fuzzer.Run("saved text model", saved[sizeof(ulong)..data], header =>
        {
            using var scope = NewDisposeScope();
            using var classifier = TextClassifier.Load(
                _folder.Write("mutant", [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. saved[data..]]));
            classifier.Predict("the cat").Predictions.Should().HaveCount(classifier.Labels.Count);
        }, typeof(WeightFormatException), typeof(WeightMismatchException), typeof(ArgumentException));
    }
}
