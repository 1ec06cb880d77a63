using System.IO.Compression;
using TransferLearning.TestKit;

namespace TransferLearning.Weights.Keras.Tests;

/// <summary>The files of Keras 3: numbered weights, alone or in an archive with the description of the model.</summary>
public sealed class KerasArchiveTests : IDisposable
{
    private const string Config = """
        {"module": "keras", "class_name": "Functional", "config": {"name": "model", "layers": [
          {"class_name": "InputLayer", "config": {"name": "image"}},
          {"class_name": "Conv2D", "config": {"name": "stem", "padding": "same"}},
          {"class_name": "BatchNormalization", "config": {"name": "stem_bn", "scale": false}},
          {"class_name": "DepthwiseConv2D", "config": {"name": "depthwise"}},
          {"class_name": "Conv2D", "config": {"name": "point"}},
          {"class_name": "Lambda", "config": {"name": "code", "function": {"class_name": "__lambda__", "config": {"code": "4wEAAAAAAAAA"}}}},
          {"class_name": "Sequential", "config": {"name": "top", "layers": [{"class_name": "Dense", "config": {"name": "logits"}}]}}]}}
        """;

    private static readonly (string, Array)[] Weights =
    [
        ("layers/conv2d/vars/0", new float[3, 3, 3, 8]), ("layers/conv2d/vars/1", new float[8]),
        ("layers/batch_normalization/vars/0", new float[8]), ("layers/batch_normalization/vars/1", new float[8]),
        ("layers/batch_normalization/vars/2", new float[8]),
        ("layers/depthwise_conv2d/vars/0", new float[3, 3, 8, 1]), ("layers/conv2d_1/vars/0", new float[1, 1, 8, 16]),
        ("layers/sequential/layers/dense/vars/0", new float[16, 10]), ("layers/sequential/layers/dense/vars/1", new float[10]),
        ("layers/dropout/seed_generator/vars/0", new uint[2]), ("optimizer/vars/0", new float[1]),
    ];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void An_archive_gives_the_layers_their_names()
    {
        using var file = KerasWeights.Open(Archive(("config.json", Config, CompressionLevel.Optimal)));
        file.Format.Should().Be("Keras archive");
        file.Tensors.Select(tensor => tensor.ToString()).Should().BeEquivalentTo(
            "[stem.weight, F32 [8, 3, 3, 3]]", "[stem.bias, F32 [8]]",
            "[stem_bn.bias, F32 [8]]", "[stem_bn.running_mean, F32 [8]]", "[stem_bn.running_var, F32 [8]]",
            "[depthwise.weight, F32 [8, 1, 3, 3]]", "[point.weight, F32 [16, 8, 1, 1]]",
            "[top.logits.weight, F32 [10, 16]]", "[top.logits.bias, F32 [10]]");
        using var weight = file.Read("top.logits.weight");
        weight.numel().Should().Be(160);
    }

    [Fact]
    public void Weights_alone_are_named_by_the_classes()
    {
        KerasWriter.Numbered(_folder.File("a.weights.h5"), Weights.Where(weight => !weight.Item1.Contains("batch")));
        using var file = KerasWeights.Open(_folder.File("a.weights.h5"));
        file.Tensors.Keys.Should().BeEquivalentTo(
            "conv2d.weight", "conv2d.bias", "depthwise_conv2d.weight", "conv2d_1.weight", "sequential.dense.weight", "sequential.dense.bias");
    }

    [Fact]
    public void The_archives_before_Keras_3_have_another_name_for_the_layers()
    {
        KerasWriter.Numbered(_folder.File("a.weights.h5"), ("_layer_checkpoint_dependencies/dense/vars/0", new float[2, 3]));
        using var file = KerasWeights.Open(_folder.File("a.weights.h5"));
        file.Tensors["dense.weight"].Shape.Should().Equal(3, 2);
    }

    [Fact]
    public void A_norm_of_three_weights_without_a_model_keeps_their_numbers()
    {
        KerasWriter.Numbered(_folder.File("a.weights.h5"), Weights);
        using var file = KerasWeights.Open(_folder.File("a.weights.h5"));
        file.Tensors.Keys.Should().Contain(["batch_normalization.0", "batch_normalization.2"], "whether gamma or beta is absent is not known");
    }

    [Fact]
    public void Entries_are_looked_up_and_never_extracted()
    {
        using var file = KerasWeights.Open(
            Archive(("config.json", Config, CompressionLevel.Optimal), ("../../outside.txt", "x", CompressionLevel.NoCompression)));
        file.Tensors.Should().HaveCount(9);
        Directory.EnumerateFileSystemEntries(_folder.Path).Should().HaveCount(2);
    }

    [Fact]
    public void What_lacks_the_description_is_refused() => Refusal(Archive()).Should().Contain("one entry 'config.json'");

    [Fact]
    public void Two_descriptions_are_refused() =>
        Refusal(Archive(("config.json", Config, CompressionLevel.Optimal), ("config.json", "{}", CompressionLevel.Optimal)))
            .Should().Contain("one entry 'config.json'");

    [Fact]
    public void A_description_that_unpacks_to_far_more_is_refused() =>
        Refusal(Archive(("config.json", new string(' ', 1 << 20), CompressionLevel.Optimal))).Should().Contain("unpacks to 1048576");

    [Fact]
    public void A_description_that_is_none_is_refused() =>
        Refusal(Archive(("config.json", "{\"class_name\": ", CompressionLevel.Optimal))).Should().Contain("no readable description");

    [Fact]
    public void Weights_that_are_compressed_in_the_archive_are_refused() =>
        Refusal(Archive(CompressionLevel.Optimal, ("config.json", Config, CompressionLevel.Optimal))).Should().Contain("'model.weights.h5' is compressed");

    [Fact]
    public void An_archive_that_is_cut_off_is_refused()
    {
        var bytes = File.ReadAllBytes(Archive(("config.json", Config, CompressionLevel.Optimal)));
        Refusal(_folder.Write("cut.keras", bytes.AsSpan(0, bytes.Length / 2))).Should().Contain("no readable archive of Keras");
    }

    public void Dispose() => _folder.Dispose();

    private static string Refusal(string path) => FluentActions.Invoking(() => KerasWeights.Open(path)).Should().Throw<WeightFormatException>().Which.Message;

    private string Archive(params (string, string, CompressionLevel)[] entries) => Archive(CompressionLevel.NoCompression, entries);

    private string Archive(CompressionLevel compression, params (string Name, string Text, CompressionLevel Compression)[] entries)
    {
        KerasWriter.Numbered(_folder.File("model.weights.h5"), Weights);
        using var archive = new ZipArchive(File.Create(_folder.File("model.keras")), ZipArchiveMode.Create);
        foreach (var (name, text, level) in entries)
        {
            using var writer = new StreamWriter(archive.CreateEntry(name, level).Open());
            writer.Write(text);
        }
        archive.CreateEntryFromFile(_folder.File("model.weights.h5"), "model.weights.h5", compression);
        return _folder.File("model.keras");
    }
}
