using PureHDF;
using PureHDF.VOL.Native;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Weights.Keras.Tests;

/// <summary>HDF5 files are read as another reader reads them, PureHDF.</summary>
public sealed class HdfFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableFact]
    [NoTensorLeaks]
    public void Arrays_and_texts_of_real_files_are_those_that_PureHDF_reads()
    {
        var files = new[] { "keras-dl4j", "keras-mlperf-tiny" }
            .SelectMany(folder => Directory.EnumerateFiles(TestFiles.Data($"checkpoints/{folder}"), "*.h5", SearchOption.AllDirectories));
        files.Sum(Compare).Should().BeGreaterThan(500);
    }

    [Fact]
    [NoTensorLeaks]
    public void Every_type_of_number_is_read()
    {
        new H5File
        {
            ["half"] = new[] { (Half)1.5f }, ["float"] = new[] { 1.5f }, ["double"] = new[] { 1.5 }, ["byte"] = new byte[] { 200 },
            ["sbyte"] = new sbyte[] { -5 }, ["short"] = new short[] { -300 }, ["int"] = new[] { -70000 }, ["long"] = new[] { long.MinValue },
            ["group"] = new H5Group { ["single"] = 3f, ["empty"] = Array.Empty<float>() },
        }.Write(_folder.File("types.h5"));

        Compare(_folder.File("types.h5")).Should().Be(10);

        using var file = Open(_folder.File("types.h5"));
        file.Array("half").Type.Should().Be(ScalarType.Float16);
        file.Array("sbyte").Type.Should().Be(ScalarType.Int8);
        file.Array("group/single").Shape.Should().BeEmpty();
        file.Array("group/empty").Shape.Should().Equal(0);
    }

    [Fact]
    public void Texts_of_many_parts_are_joined()
    {
        new H5File
        {
            Attributes = new()
            {
                ["names0"] = new[] { "a", "ä" }, ["names1"] = new[] { "" }, ["one"] = "whole", ["none"] = Array.Empty<string>(),
            },
        }.Write(_folder.File("a.h5"));
        using var file = Open(_folder.File("a.h5"));
        file.Texts("", "names").Should().Equal("a", "ä", "");
        file.Text("", "one").Should().Be("whole");
        file.Texts("", "none").Should().BeEmpty();
        file.Texts("", "absent").Should().BeNull();
    }

    public void Dispose() => _folder.Dispose();

    private static HdfFile Open(string path)
    {
        var stream = File.OpenRead(path);
        return new(path, stream, 0, stream.Length);
    }

    /// <summary>Compares all, and gives the number of arrays.</summary>
    private static int Compare(string path)
    {
        using var own = Open(path);
        using var other = H5File.OpenRead(path);
        Compare(own, other, "");
        return own.Paths.Count;
    }

    private static void Compare(HdfFile own, IH5Group group, string path)
    {
        own.HasGroup(path).Should().BeTrue(path);
        foreach (var attribute in group.Attributes().Where(attribute => attribute.Type.Class is H5DataTypeClass.String or H5DataTypeClass.VariableLength))
            own.Texts(path, attribute.Name).Should()
                .Equal(attribute.Space.Type == H5DataspaceType.Scalar ? [attribute.Read<string>()] : attribute.Read<string[]>(), attribute.Name);
        foreach (var child in group.Children())
        {
            var name = path.Length == 0 ? child.Name : $"{path}/{child.Name}";
            if (child is IH5Group inner) Compare(own, inner, name);
            else Compare(own, (NativeDataset)child, name);
        }
    }

    private static void Compare(HdfFile own, NativeDataset dataset, string path)
    {
        var array = own.Array(path);
        array.Shape.Should().Equal(dataset.Space.Type == H5DataspaceType.Scalar ? [] : dataset.Space.Dimensions.Select(size => (long)size), path);
        if (array.Shape.Contains(0)) return;
        using var tensor = own.Read(array);
        var expected = new byte[tensor.numel() * tensor.element_size()];
        dataset.Read(expected.AsSpan());
        tensor.bytes.SequenceEqual(expected).Should().BeTrue(path);
    }
}
