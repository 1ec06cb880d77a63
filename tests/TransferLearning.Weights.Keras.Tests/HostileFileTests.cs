using PureHDF;
using PureHDF.Filters;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Weights.Keras.Tests;

/// <summary>Damaged and hostile files are refused by name, without following or executing anything in them.</summary>
public sealed class HostileFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void What_is_no_file_of_Keras_is_refused()
    {
        Refusal(_folder.Write("a.h5", "not at all"u8.ToArray())).Should().Contain("does not begin as one");
        Refusal(_folder.Write("b.h5", new byte[4096])).Should().Contain("does not begin as one");
        Refusal(_folder.Write("c.h5", [])).Should().Contain("is empty");
        new H5File { ["numbers"] = new float[3] }.Write(_folder.File("d.h5"));
        Refusal(_folder.File("d.h5")).Should().Contain("holds no weights of Keras");
        FluentActions.Invoking(() => KerasWeights.Open(_folder.File("absent.h5"))).Should().Throw<FileNotFoundException>();
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused()
    {
        var whole = File.ReadAllBytes(Valid());
        for (var length = 1; length < whole.Length; length += Math.Max(1, whole.Length / 60))
            Refusal(_folder.Write("cut.h5", whole.AsSpan(0, length))).Should().Contain("no readable HDF5 file");
    }

    [Fact]
    public void Symbolic_links_are_refused()
    {
        new H5File { ["a"] = new H5SoftLink("b"), ["b"] = new H5SoftLink("a") }.Write(_folder.File("links.h5"));
        Refusal(_folder.File("links.h5")).Should().Contain("a symbolic link, which is not followed");
    }

    [SkippableFact]
    public void Links_to_other_files_are_refused() =>
        Refusal(TestFiles.Data("checkpoints/format-fixtures/hdf5-jhdf/external_link.hdf5")).Should().Contain("a link to another file, which is not followed");

    [SkippableFact]
    public void Files_of_other_programs_are_refused()
    {
        foreach (var path in Directory.EnumerateFiles(TestFiles.Data("checkpoints/format-fixtures/hdf5-jhdf"), "*.hdf5"))
            Refusal(path).Should().StartWith($"'{path}' is");
    }

    [Fact]
    public void Chunks_are_refused_so_that_none_is_unpacked()
    {
        var dataset = new H5Dataset(new float[1000, 1000], chunks: [1000, 1000], datasetCreation: new(Filters: [DeflateFilter.Id]));
        var layer = new H5Group { ["kernel:0"] = dataset, Attributes = new() { ["weight_names"] = new[] { "kernel:0" } } };
        new H5File { ["fc"] = layer, Attributes = new() { ["layer_names"] = new[] { "fc" } } }.Write(_folder.File("chunks.h5"));
        Refusal(_folder.File("chunks.h5")).Should().Contain("'fc/kernel:0' is stored in chunks");
    }

    [Fact]
    public void A_size_beyond_the_file_is_refused()
    {
        var bytes = File.ReadAllBytes(Valid());
        // The shape 6 x 5, of 8 bytes each.
        var at = bytes.AsSpan().IndexOf((byte[])[6, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]);
        at.Should().BePositive();
        foreach (var place in new[] { 2, 3, 7 })
        {
            var damaged = bytes.ToArray();
            damaged[at + place] = 1;
            Refusal(_folder.Write("size.h5", damaged)).Should().Match("*'model_weights/fc/fc/kernel:0' claims * bytes*");
        }
    }

    [Fact]
    public void A_weight_that_is_named_and_absent_is_refused()
    {
        var layer = new H5Group { ["kernel:0"] = new float[2, 2], Attributes = new() { ["weight_names"] = new[] { "kernel:0", "bias:0" } } };
        new H5File { ["fc"] = layer, Attributes = new() { ["layer_names"] = new[] { "fc" } } }.Write(_folder.File("absent-weight.h5"));
        Refusal(_folder.File("absent-weight.h5")).Should().Contain("'fc/bias:0', which is not there");
        new H5File { Attributes = new() { ["layer_names"] = new[] { "fc" } } }.Write(_folder.File("absent-layer.h5"));
        Refusal(_folder.File("absent-layer.h5")).Should().Contain("the layer 'fc', for which it has no group");
    }

    [Fact]
    public void Groups_may_not_be_nested_without_end()
    {
        H5Group inner = [];
        for (var i = 0; i < 100; i++) inner = new() { ["g"] = inner };
        new H5File { ["layers"] = inner }.Write(_folder.File("deep.h5"));
        Refusal(_folder.File("deep.h5")).Should().Contain("nested more than 32 deep");
    }

    [Fact]
    public void Groups_may_not_hold_each_other()
    {
        var bytes = File.ReadAllBytes(Valid());
        var name = "model_weights"u8;
        // The address of the file's own group, in the place of that of a group in it.
        bytes.AsSpan(36, 8).CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf(name) + name.Length));
        Refusal(_folder.Write("circle.h5", bytes)).Should().Contain("nested more than 32 deep");
    }

    [Fact]
    public void Every_mutant_is_read_or_refused() =>
        Fuzzer.Run("Keras HDF5", File.ReadAllBytes(Valid()), bytes => ReadAll(_folder.Write("mutant.h5", bytes)), typeof(WeightFormatException));

    [SkippableFact]
    public void Every_mutant_of_a_real_file_is_read_or_refused() => Fuzzer.Run(
        "Keras model", File.ReadAllBytes(TestFiles.Data("checkpoints/keras-dl4j/modelimport/keras/fullconfigs/cnn/cnn_batch_norm.h5")),
        bytes => ReadAll(_folder.Write("mutant.h5", bytes)), typeof(WeightFormatException));

    public void Dispose() => _folder.Dispose();

    private string Valid()
    {
        KerasWriter.Named(
            _folder.File("valid.h5"), [("fc", "fc/kernel:0", new float[6, 5]), ("fc", "fc/bias:0", new float[5]), ("bn", "bn/gamma:0", new float[5])],
            """{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"name": "fc"}}]}}""");
        return _folder.File("valid.h5");
    }

    private static string Refusal(string path) => FluentActions.Invoking(() => ReadAll(path)).Should().Throw<WeightFormatException>(path).Which.Message;

    private static void ReadAll(string path)
    {
        using var scope = NewDisposeScope();
        using var file = KerasWeights.Open(path);
        foreach (var name in file.Tensors.Keys) file.Read(name);
    }
}
