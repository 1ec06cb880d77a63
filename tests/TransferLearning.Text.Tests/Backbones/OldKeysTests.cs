using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Backbones;

/// <summary>Files as older versions saved them: what the reference loads, misses and leaves over.</summary>
public sealed class OldKeysTests
{
    private static readonly JsonElement[] All = [.. GoldenCase.Open("text/old_keys").Json.GetProperty("cases").EnumerateArray()];

    public static TheoryData<string> Cases { get; } =
        [.. All.Select(one => one.GetProperty("case").GetString()!).Where(name => Families.Any(family => name.StartsWith(family + " ", StringComparison.Ordinal)))];

    private static string[] Families => ["bert", "distilbert", "roberta", "albert", "electra"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_missing_and_left_over_is_what_the_reference_reports(string name)
    {
        using var scope = NewDisposeScope();
        var golden = All.Single(one => one.GetProperty("case").GetString() == name);
        var config = TinyFolder.Configuration(
            $"{name.Split(' ')[0]}_tiny", ("num_hidden_layers", 1), ("n_layers", 1), ("inner_group_num", 1));
        using var folder = TinyFolder.Of(config);
        folder.WriteWeights("model.safetensors", golden.GetProperty("file_keys").EnumerateArray().Select(key => (key[0].GetString()!,
            ones([.. key[1].EnumerateArray().Select(size => size.GetInt64())], key[2].GetString() == "int64" ? ScalarType.Int64 : ScalarType.Float32))));
        var model = TextModel.Build("old", config);
        using var network = model.Network;
        using var file = WeightFile.Open(folder.At("model.safetensors"));

        var body = model.Load(file);
        body.Unexpected.Should().BeEmpty();
        body.Missing.Where(missing => !missing.StartsWith("pooler.", StringComparison.Ordinal)).Should().BeEmpty();
        network.named_parameters().Where(entry => !body.Missing.Contains(entry.name)).Should()
            .OnlyContain(entry => entry.parameter.eq(1).all().item<bool>());

        var reader = golden.GetProperty("read_by").GetString()!;
        if (reader.EndsWith("Model", StringComparison.Ordinal)) return;
        var layout = (
            reader.EndsWith("MaskedLM", StringComparison.Ordinal) ? model.Family.LanguageModelHead : model.Family.ClassifierHead)(config);
        using var head = new EncoderHead(layout, network, layout.IsTied ? 100 : 2);
        string[] missing = [];
        try
        {
            model.LoadHead(head, file, new WeightLoadOptions());
        }
        catch (WeightMismatchException error)
        {
            missing = [.. error.Report.Missing];
        }
        missing.Should().BeEquivalentTo(golden.GetProperty("missing").EnumerateArray().Select(tensor => tensor.GetString()));
    }
}
