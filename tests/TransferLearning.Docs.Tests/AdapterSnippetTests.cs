using Snippets;
using TransferLearning.TestKit;
using TransferLearning.Text;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Docs.Tests;

/// <summary>The section on adapters, on the pretrained networks that lie beside the tests and on a small module.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class AdapterSnippetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder.File("model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_MiniLM_it_is_a_small_file_that_predicts()
    {
        var films = TextDataset.From(
        [
            ("a fine film", "good"), ("wonderful acting", "good"), ("I loved it", "good"),
            ("a dull film", "bad"), ("terrible acting", "bad"), ("I hated it", "bad"),
        ]);

        var (report, answer) = Adapters.OfTexts(films, File);

        report.Epochs[^1].TrainLoss.Should().BeLessThan(report.Epochs[0].TrainLoss);
        answer.Best.Label.Should().Be("good");
        new FileInfo(File).Length.Should().BeLessThan(1_200_000);
    }

    [Fact]
    public void Of_EfficientNet_Lite0_it_is_a_small_file_that_is_opened_again()
    {
        var pictures = ImageDataset.FromImages(Enumerable.Range(0, 8).Select(i => (Picture(i), i % 2 == 0 ? "dark" : "light")));

        var (report, again) = Adapters.OfImages(pictures, File);

        using (again) again.Adapters.Should().ContainSingle().Which.Kind.Should().Be("lora");
        report.Epochs[^1].TrainLoss.Should().BeLessThan(report.Epochs[0].TrainLoss);
        // Matrices and head, and the running statistics of batch norm, which move with them.
        new FileInfo(File).Length.Should().BeLessThan(600_000);
    }

    [Fact]
    public void Of_a_module_of_ones_own_it_is_opened_on_the_same_weights_and_merged()
    {
        using var values = Formula.Input("values", [60, 8], -1, 1);
        var data = Sums(values);
        using ModuleBackbone backbone = Backbone(), same = Backbone(), plain = Backbone();

        var report = Adapters.OfOwnModule(backbone, same, data, data, File);

        using var artefact = ModelArtefact.Open(File);
        using var merged = artefact.Restore(plain);
        merged.Adapters.Should().BeEmpty();
        new Trainer(new TrainerOptions()).Evaluate(merged, data).Loss.Should().BeApproximately(report.Evaluation!.Loss, 1e-5);
        report.Accuracy.Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void An_adapter_of_ones_own_is_trained_saved_and_opened()
    {
        using var values = Formula.Input("values", [60, 8], -1, 1);
        var data = Sums(values);
        using ModuleBackbone backbone = Backbone(), same = Backbone();

        var report = Adapters.Own(backbone, same, data, File);

        report.Evaluation!.Loss.Should().Be(report.Epochs[^1].Evaluation!.Loss, "what is opened is what was saved");
        report.Evaluation.Loss.Should().BeLessThan(report.Epochs[0].Evaluation!.Loss);
    }

    [Fact]
    public void A_folder_of_peft_gives_another_model_the_same_outputs()
    {
        using ModuleBackbone backbone = Backbone(), same = Backbone();
        using var model = backbone.WithHead(new LinearHead(["low", "high"]) { Seed = 1 });
        using var other = same.WithHead(new LinearHead(["low", "high"]));
        model.Add(new Lora(backbone, new LoraOptions { Rank = 4 }));
        Formula.FillModule(model.Adapters[0].Layers.Values.First());

        Adapters.Peft(model, other, _folder.File("peft"));

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var input = ones(1, 8);
        other.Forward(input).Values.Should().BeIdenticalTo(model.Forward(input).Values);
    }

    [Fact]
    public void Biases_are_trained_alone_and_named_parameters_stay()
    {
        using var values = ones(8, 8);
        var data = new TensorDataset(values, [0, 1, 0, 1, 0, 1, 0, 0], ["low", "high"]);
        foreach (var trainer in Adapters.Parts())
        {
            using var backbone = Backbone();
            using var model = backbone.WithHead(new LinearHead(data.ClassNames) { Seed = 1 });
            using var before = backbone.Module.get_parameter("0.weight")!.clone();
            var report = trainer.Fit(model, data);

            var stays = report.Strategies[0].StartsWith("BitFit", StringComparison.Ordinal);
            backbone.Module.get_parameter("0.weight")!.Equals(before).Should().Be(stays);
        }
    }

    private static ModuleBackbone Backbone()
    {
        manual_seed(0);
        return new ModuleBackbone("mine", nn.Sequential(nn.Linear(8, 16), nn.ReLU()), 16);
    }

    private static TensorDataset Sums(Tensor values)
    {
        using var sums = values.sum(1);
        return new TensorDataset(values, [.. sums.data<float>().Select(sum => sum > 0 ? 1 : 0)], ["low", "high"]);
    }

    private static RgbImage Picture(int number) =>
        new(64, 64, [.. Enumerable.Range(0, 64 * 64 * 3).Select(i => (byte)((number % 2 == 0 ? 20 : 180) + i * (number + 3) % 60))]);
}
