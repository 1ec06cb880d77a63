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
    [InlineData("checkpoints/vdsr-wholemodel-pickle")]
    public void Files_that_are_no_weights_are_refused(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(TestFiles.Data(folder), "*", SearchOption.AllDirectories))
            Refusal(file).Should().BeOfType<WeightFormatException>(file);
    }

    [SkippableFact]
    public void Hostile_pickles_are_refused_naming_what_they_ask_for()
    {
        var folder = TestFiles.Data("bad/picklescan");
        foreach (var line in File.ReadLines(Path.Combine(folder, "static_globals.csv")).Skip(1))
        {
            var fields = line.Split(',');
            var (file, named) = (Path.Combine(folder, fields[0]), fields[2].Split(' ')[0]);
            if (fields[0] == "data/pytorch_model.bin")
            {
                ReadAll(file).Should().BePositive();
                continue;
            }
            var refusal = Refusal(file);
            refusal.Should().BeOfType<WeightFormatException>(file);
            if (named.Contains('.') && !named.Contains("torch._utils") && refusal!.Message.Contains("asks Python"))
                refusal.Message.Should().Contain(named, file);
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
            refusal.Should().Match(exception => exception is WeightFormatException || exception is NotSupportedException, file);
            refused.Add(Path.GetRelativePath(folder, file));
        }
        string[] weights = [".pt", ".pth", ".th", ".bin", ".safetensors", ".tar"];
        refused.Where(file => weights.Contains(Path.GetExtension(file)) && !file.Contains("tch-rs") && !file.Contains("hsharp")).Should()
            .BeEquivalentTo("vdsr-wholemodel-pickle/model_epoch_50.pth", "format-fixtures/burn/crates/burn-store/src/pytorch/tests/reader/test_data/broken.pt");
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
        foreach (var name in file.Tensors.Keys) file.Read(name).shape.Should().Equal(file.Tensors[name].Shape);
        return file.Tensors.Count;
    }

    private static Exception? Refusal(string path) => Record.Exception(() => ReadAll(path));
}
