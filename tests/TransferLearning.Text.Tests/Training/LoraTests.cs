using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Training;

/// <summary>LoRA on the real MiniLM: trained, saved without the backbone, and opened again.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class LoraTests
{
    private static readonly (string Text, string Class)[] Examples =
    [
        ("a fine film", "good"), ("wonderful acting", "good"), ("I loved it", "good"), ("a great evening", "good"),
        ("a dull film", "bad"), ("terrible acting", "bad"), ("I hated it", "bad"), ("a wasted evening", "bad"),
    ];

    [Fact]
    public void An_adapter_with_its_head_is_a_small_file_that_becomes_the_model_again()
    {
        using var folder = new TemporaryFolder();
        var data = TextDataset.From(Examples);
        using var model = Model(data);
        var file = Path.Combine(folder.Path, "adapter.safetensors");
        var whole = Path.Combine(folder.Path, "model.safetensors");

        var report = new Trainer(
            new TrainerOptions { Epochs = 3, BatchSize = 8, Optimizer = new AdamW(5e-3), Device = CPU },
            new LoraFineTuning(new LoraOptions { Rank = 4, TargetModules = ["query", "value"] })).Fit(model, data);
        model.SaveAdapter(file);
        model.Save(whole);

        report.Epochs[^1].TrainLoss.Should().BeLessThan(report.Epochs[0].TrainLoss);
        new FileInfo(file).Length.Should().BeLessThan(new FileInfo(whole).Length / 20);
        using var expected = new TextClassifier(model);
        using var reopened = TextClassifier.Load(file);
        reopened.Score("a fine film").Should().Equal(expected.Score("a fine film"), "the same layers compute the same bits");
        reopened.Labels.Should().Equal("bad", "good");
    }

    [Fact]
    public void Merged_it_is_a_plain_model_of_the_same_answers()
    {
        var data = TextDataset.From(Examples);
        using var model = Model(data);
        new Trainer(
            new TrainerOptions { Epochs = 2, BatchSize = 8, Optimizer = new AdamW(5e-3), Device = CPU }, new LoraFineTuning(new LoraOptions { Rank = 4 })).Fit(model, data);
        using var before = Answers(model, data);

        ((Lora)model.Adapters.Single()).Merge();

        using var merged = Answers(model, data);
        merged.Should().BeWithin(1e-4, before);
        model.Adapters.Should().BeEmpty();
    }

    private static TransferModel Model(TextDataset data) =>
        TextBackbones.Load("all_minilm_l6_v2").WithHead(new LinearHead(data.Targets.Names) { Seed = 0 }, ownsBackbone: true);

    private static Tensor Answers(TransferModel model, TextDataset data)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var batch = data.Prepare(model.Backbone.Info.Input).Load([0, 1, 2, 3, 4, 5, 6, 7], default);
        return model.Forward(batch.Input).Values.DetachFromDisposeScope();
    }
}
