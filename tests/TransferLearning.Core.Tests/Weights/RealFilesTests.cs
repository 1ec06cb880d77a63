using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Weights;

/// <summary>Whole folders of real, odd, damaged and hostile files: each is read or refused with one clear kind of exception.</summary>
public class RealFilesTests
{
    [SkippableFact]
    public void Malformed_safetensors_are_refused_and_valid_ones_read()
    {
        var folder = TestFiles.Data("bad/safetensors-malformed");
        Cases(folder).Select(item => item.Name).Should()
            .BeEquivalentTo(Directory.GetFiles(folder, "*.safetensors").Select(Path.GetFileName));
        foreach (var (name, verdict) in Cases(folder))
        {
            if (verdict.StartsWith("VALID", StringComparison.Ordinal)) ReadAll(Path.Combine(folder, name)).Should().BePositive(name);
            else Refusal(Path.Combine(folder, name)).Should().BeOfType<WeightFormatException>(name);
        }
    }

    [SkippableFact]
    public void Corrupt_checkpoints_are_refused()
    {
        var folder = TestFiles.Data("bad/checkpoint-corrupt-derived");
        foreach (var (name, verdict) in Cases(folder))
        {
            if (verdict.StartsWith("readable", StringComparison.Ordinal)) ReadAll(Path.Combine(folder, name)).Should().BePositive(name);
            else Refusal(Path.Combine(folder, name)).Should().BeOfType<WeightFormatException>(name);
        }
    }

    [SkippableTheory]
    [InlineData("bad/lfs-pointers")]
    [InlineData("bad/yauzl-zip")]
    [InlineData("bad/libzip")]
    [InlineData("checkpoints/keras-mlperf-tiny")]
    [InlineData("checkpoints/format-fixtures/hdf5-jhdf")]
    public void Files_that_are_no_weights_are_refused(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(TestFiles.Data(folder), "*", SearchOption.AllDirectories))
            Refusal(file).Should().BeOfType<WeightFormatException>(file);
    }

    [SkippableFact]
    public void A_whole_model_is_refused_by_the_name_of_its_class() =>
        Refusal(TestFiles.Data("checkpoints/vdsr-wholemodel-pickle/model_epoch_50.pth")).Should().BeOfType<WeightFormatException>()
            .Which.Message.Should().Match("*run or build 'vdsr.Net'*state_dict()*");

    [SkippableFact]
    public void Hostile_pickles_are_refused_naming_what_they_ask_for()
    {
        // They name harmless types first, or the list cuts the name short.
        var later = new Dictionary<string, string>
        {
            ["data/malicious11.pkl"] = "os.system", [
                "data/malicious-invalid-bytes.pkl"] = "os.system", ["data2/malicious21.pkl"] = "timeit.timeit",
                ["data/sys_module_override_sploit.pkl"] = "torch._utils"
        };
        string[] weights = ["data/pytorch_model.bin", "data/new_pytorch_model.bin"];
        var folder = TestFiles.Data("bad/picklescan");
        foreach (var fields in File.ReadLines(Path.Combine(folder, "static_globals.csv")).Skip(1).Select(line => line.Split(',')))
        {
            var (name, asked) = (fields[0], later.GetValueOrDefault(fields[0], fields[2].Trim('"').Split(' ')[0]));
            if (weights.Contains(name)) ReadAll(Path.Combine(folder, name)).Should().BePositive();
            else Refusal(Path.Combine(folder, name)).Should().BeOfType<WeightFormatException>(name)
                .Which.Message.Should().Match(asked.Length == 0 ? "*" : $"*run or build '{asked}'*nothing was run*", name);
        }
    }

    [SkippableFact]
    public void Every_checkpoint_is_read_or_refused_with_a_reason()
    {
        var refused = new List<string>();
        var folder = TestFiles.Data("checkpoints");
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var refusal = Refusal(file);
            if (refusal is null) continue;
            refusal.Should().BeOfType<WeightFormatException>(file);
            refused.Add(Path.GetRelativePath(folder, file));
        }
        string[] weights = [".pt", ".pth", ".th", ".bin", ".safetensors", ".tar"];
        refused.Where(file => weights.Contains(Path.GetExtension(file)) && !file.Contains("tch-rs") && !file.Contains("hsharp")).Should()
            .BeEquivalentTo(
                "vdsr-wholemodel-pickle/model_epoch_50.pth", "format-fixtures/burn/crates/burn-store/src/pytorch/tests/reader/test_data/broken.pt");
    }

    [SkippableFact]
    public void The_same_tensor_is_read_from_every_protocol_and_form()
    {
        var folder = TestFiles.Data("checkpoints/format-fixtures/gopickle");
        foreach (var path in Directory.EnumerateFiles(folder, "*.pt"))
        {
            using var file = WeightFile.Open(path);
            using var tensor = file.Read("tensor", ScalarType.Float64);
            var type = Path.GetFileName(path).Split('_')[1];
            double[] expected = type switch
            {
                "uint8" => [1, 10, 100, 255],
                "bool" => [1, 0, 1, 0],
                _ when type.StartsWith("int", StringComparison.Ordinal) => [1, -2, 3, -4],
                _ => [1.2, -3.4, 5.6, -7.8],
            };
            var tolerance = type switch { "bfloat16" => 0.02, "float16" => 0.002, _ => 1e-6 };
            tensor.data<double>().Should().HaveCount(4).And.BeEquivalentTo(expected, options => options
                .Using<double>(pair => pair.Subject.Should().BeApproximately(pair.Expectation, tolerance, path)).WhenTypeIs<double>().WithStrictOrdering());
        }
    }

    [SkippableTheory]
    [InlineData("tensors.legacy.pt", new[] { "F64", "F32", "F16", "I64", "I32", "I16", "I8", "U8", "BOOL", "BF16", "C128", "C64" })]
    [InlineData("tensors.zip.pt", new[] { "F64", "F32", "F16", "I64", "I32", "I16", "I8", "U8", "BOOL", "BF16", "C128", "C64" })]
    [InlineData("numpy_arrays.legacy.pt", new[] { "F64", "F32", "F16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL", "C128", "C64" })]
    [InlineData("numpy_arrays.zip.pt", new[] { "F64", "F32", "F16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL", "C128", "C64" })]
    public void Every_type_of_number_is_read(string name, string[] types)
    {
        using var scope = NewDisposeScope();
        using var file = WeightFile.Open(TestFiles.Data($"checkpoints/format-fixtures/bumblebee/{name}"));
        file.Tensors.Values.Select(info => info.TypeName).Should().Equal(types);
        foreach (var (index, type) in types.Index().Where(item => file.Tensors[$"{item.Index}"].Type is not null))
        {
            var values = type[0] == 'C' ? view_as_real(file.Read($"{index}")).reshape(-1) : file.Read($"{index}");
            double[] expected = type switch { "U8" => [0, 1], "BOOL" => values.numel() == 2 ? [0, 1] : [0, 1, 0, 1],
                "C64" or "C128" => [1, -1, 1, 1], _ => [-1, 1] };
            values.to(ScalarType.Float64).data<double>().Should().Equal(expected, type);
        }
    }

    [SkippableTheory]
    [InlineData("noncontiguous_tensor.legacy.pt", new[] { 2L, 2, 3 }, new[] { 1.0, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6 })]
    [InlineData("noncontiguous_tensor.zip.pt", new[] { 2L, 2, 3 }, new[] { 1.0, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6 })]
    [InlineData("noncontiguous_numpy_array.legacy.pt", new[] { 3L, 2 }, new[] { 1.0, 4, 2, 5, 3, 6 })]
    [InlineData("noncontiguous_numpy_array.zip.pt", new[] { 3L, 2 }, new[] { 1.0, 4, 2, 5, 3, 6 })]
    public void Strided_tensors_are_read_in_their_order(string name, long[] shape, double[] expected)
    {
        using var file = WeightFile.Open(TestFiles.Data($"checkpoints/format-fixtures/bumblebee/{name}"));
        using var tensor = file.Read("tensor", ScalarType.Float64);
        tensor.shape.Should().Equal(shape);
        tensor.data<double>().Should().Equal(expected);
    }

    [SkippableFact]
    public void Shards_hold_what_the_whole_file_holds()
    {
        using var scope = NewDisposeScope();
        using var whole = WeightFile.Open(TestFiles.Data("checkpoints/mnist-burn/mnist.safetensors"));
        using var shards = WeightFile.Open(TestFiles.Data("checkpoints/safetensors-sharded-derived/mnist-2-shards"));
        shards.Tensors.Keys.Should().BeEquivalentTo(whole.Tensors.Keys);
        foreach (var name in whole.Tensors.Keys) shards.Read(name).eq(whole.Read(name)).all().item<bool>().Should().BeTrue(name);
    }

    private static IEnumerable<(string Name, string Verdict)> Cases(string folder)
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "cases.json")));
        return [.. cases.RootElement.EnumerateObject().Select(item => (item.Name, item.Value.GetString()!))];
    }

    private static int ReadAll(string path)
    {
        using var scope = NewDisposeScope();
        using var file = WeightFile.Open(path);
        foreach (var (name, info) in file.Tensors)
            if (info.Type is not null) file.Read(name).shape.Should().Equal(info.Shape);
        return file.Tensors.Count;
    }

    private static Exception? Refusal(string path) => Record.Exception(() => ReadAll(path));
}
