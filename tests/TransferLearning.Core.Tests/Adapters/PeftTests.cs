using System.Text.Json.Nodes;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Adapters;

/// <summary>Folders of peft: written, read, and refused.</summary>
public sealed class PeftTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("lora_bert")]
    [InlineData("lora_bert_bias")]
    [InlineData("lora_bert_embedding")]
    [InlineData("lora_bert_patterns")]
    public void An_adapter_of_peft_is_written_as_peft_wrote_it(string name)
    {
        using var model = TinyBert.Model();
        using var lora = Lora.OpenPeft(Golden(name), model.Backbone, model.Head);
        lora.SavePeft(_folder.Path, name == "lora_bert" ? model.Head : null);

        using var expected = WeightFile.Open(Path.Combine(Golden(name), "adapter_model.safetensors"));
        using var written = WeightFile.Open(_folder.File("adapter_model.safetensors"));
        written.Tensors.Keys.Should().BeEquivalentTo(expected.Tensors.Keys);
        using var scope = NewDisposeScope();
        foreach (var tensor in expected.Tensors.Keys) written.Read(tensor).Should().BeIdenticalTo(expected.Read(tensor), tensor);

        var (theirs, ours) = (Config(Golden(name)), Config(_folder.Path));
        foreach (var key in new[] { "r", "lora_alpha", "lora_dropout", "bias", "use_rslora", "peft_type", "init_lora_weights" })
            JsonNode.DeepEquals(ours[key], theirs[key]).Should().BeTrue(key);
        ours["modules_to_save"]?.ToJsonString().Should().Be("""["classifier"]""");
        ours["target_modules"]!.AsArray().Select(module => (string)module!).Should().BeEquivalentTo(lora.Layers.Keys);
        if (name == "lora_bert_patterns")
        {
            ours["rank_pattern"]!.ToJsonString().Should().Be("""{"bert.encoder.layer.1.attention.self.value":2}""");
            ours["alpha_pattern"]!.ToJsonString().Should().Be("""{"bert.encoder.layer.1.attention.self.query":16}""");
        }
    }

    [Fact]
    public void A_prefix_that_the_other_model_has_is_put_before_the_names_and_found_out_again()
    {
        using var backbone = new ModuleBackbone("layers", nn.Sequential(("dense", nn.Linear(6, 6)), ("norm", nn.LayerNorm(6))), 6);
        using var model = backbone.WithHead(new LinearHead(["a", "b"]) { Seed = 1 });
        using (var lora = new Lora(backbone, new() { Rank = 2, Bias = LoraBias.All, IsRankStabilized = true, Seed = 9 }))
            lora.SavePeft(_folder.Path, model.Head, new("encoder.", "score"));
        using (var file = WeightFile.Open(_folder.File("adapter_model.safetensors")))
            file.Tensors.Keys.Should().BeEquivalentTo([.. new[]
            {
                "encoder.dense.lora_A.weight", "encoder.dense.lora_B.weight", "encoder.dense.base_layer.bias", "encoder.norm.bias",
                    "score.weight", "score.bias",
            }.Select(name => $"base_model.model.{name}")]);

        using var opened = Lora.OpenPeft(_folder.Path, backbone, model.Head, new(Head: "score"));
        opened.Options.Should().BeEquivalentTo(
            new LoraOptions { Rank = 2, Bias = LoraBias.All, IsRankStabilized = true, TargetModules = ["dense"] });
        opened.Dispose();
        using var without = Lora.OpenPeft(_folder.Path, backbone);
        without.Layers.Keys.Should().Equal("dense");
    }

    [Theory]
    [InlineData("dora_bert", "*asks for 'use_dora' (true)*")]
    [InlineData("ia3_bert", "*kind 'IA3'*")]
    [InlineData("vera_bert", "*kind 'VERA'*")]
    [InlineData("prompt_bert", "*kind 'PROMPT_TUNING'*")]
    [InlineData("prompt_gpt2", "*kind 'PROMPT_TUNING'*")]
    [InlineData("prefix_gpt2", "*kind 'PREFIX_TUNING'*")]
    public void An_adapter_of_another_kind_is_refused_by_name(string name, string message)
    {
        using var model = TinyBert.Model();
        model.Invoking(m => Lora.OpenPeft(Golden(name), m.Backbone)).Should().Throw<NotSupportedException>().WithMessage(message);
    }

    [Theory]
    [InlineData("init_lora_weights", "\"pissa\"", typeof(NotSupportedException), "*asks for 'init_lora_weights' (\"pissa\")*")]
    [InlineData("something_new", "3", typeof(NotSupportedException), "*asks for 'something_new' (3)*")]
    [InlineData("r", "\"four\"", typeof(WeightFormatException), "*adapter_config.json*no description of a LoRA adapter*")]
    [InlineData("r", "0", typeof(WeightFormatException), "*rank of LoRA is 1 or more*")]
    [InlineData("lora_alpha", "null", typeof(WeightFormatException), "*no description of a LoRA adapter*")]
    [InlineData("bias", "\"some\"", typeof(WeightFormatException), "*'some' is none of the biases*")]
    [InlineData("alpha_pattern", "{\"(\": 2}", typeof(WeightFormatException), "*'(' names no modules*")]
    public void A_description_that_asks_for_more_or_is_damaged_is_refused(string key, string value, Type exception, string message)
    {
        var config = Config(Golden("lora_bert"));
        config[key] = JsonNode.Parse(value);
        _folder.Write("adapter_config.json", config.ToJsonString());
        File.Copy(Path.Combine(Golden("lora_bert"), "adapter_model.safetensors"), _folder.File("adapter_model.safetensors"));
        using var model = TinyBert.Model();
        var open = () => Lora.OpenPeft(_folder.Path, model.Backbone);
        open.Should().Throw<Exception>().WithMessage(message).Which.Should().BeOfType(exception);
    }

    [Fact]
    public void A_missing_file_another_backbone_and_half_a_head_are_refused_and_leave_nothing_attached()
    {
        using var model = TinyBert.Model();
        model.Invoking(m => Lora.OpenPeft(_folder.Path, m.Backbone)).Should().Throw<FileNotFoundException>()
            .WithMessage("*adapter_config.json*");
        using var other = Transposed.Backbone();
        other.Invoking(b => Lora.OpenPeft(Golden("lora_bert"), b)).Should().Throw<ArgumentException>()
            .WithMessage("*adapts 'bert.encoder.layer.0.attention.self.query', which 'gpt' has not*");

        File.Copy(Path.Combine(Golden("lora_bert"), "adapter_config.json"), _folder.File("adapter_config.json"));
        using (var file = WeightFile.Open(Path.Combine(Golden("lora_bert"), "adapter_model.safetensors")))
        using (NewDisposeScope())
            Safetensors.Write(
                _folder.File("adapter_model.safetensors"), file.Tensors.Keys.Where(name => !name.EndsWith("classifier.bias", StringComparison.Ordinal)).Select(name => KeyValuePair.Create(name, file.Read(name))));
        using var batch = new BertBatches().Load([0, 1], default);
        using var before = model.Forward(batch.Input).Values;
        model.Invoking(m => Lora.OpenPeft(_folder.Path, m.Backbone, m.Head)).Should().Throw<WeightMismatchException>()
            .WithMessage("*classifier.bias*");
        using var after = model.Forward(batch.Input).Values;
        after.Should().BeIdenticalTo(before);
    }

    [Fact]
    public void A_convolution_in_groups_is_not_written()
    {
        using var backbone = new ModuleBackbone("grouped", nn.Sequential(("conv", nn.Conv2d(4, 8, 3, groups: 2))), 8);
        using var lora = new Lora(backbone, new() { Rank = 2, TargetModules = ["conv"] });
        lora.Invoking(l => l.SavePeft(_folder.Path)).Should().Throw<NotSupportedException>()
            .WithMessage("*'conv' is a convolution in groups*");
    }

    private static string Golden(string name) => TestFiles.Golden($"training/peft/{name}");

    private static JsonObject Config(string folder) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!.AsObject();
}
