using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>Learning without labels from end to end: an encoder as backbone, a decoder as head, and the image itself as target.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class AutoencoderTests : IDisposable
{
    private static readonly TrainerOptions Options = new() { Epochs = 60, BatchSize = 8, Optimizer = new AdamW(0.02), Device = CPU };

    private readonly TemporaryFolder _folder = new();
    private readonly Tensor _images;
    private readonly int[] _signs;
    private readonly ModuleBackbone _encoder = Encoder();
    private readonly TransferModel _model;

    public AutoencoderTests()
    {
        // Mixtures of two patterns: what six features can hold.
        using var shares = Formula.Input("shares", [40, 2], -1, 1);
        using var patterns = Formula.Input("patterns", [2, 16], -1, 1);
        using var pixels = shares.mm(patterns);
        _images = pixels.reshape(40, 1, 4, 4);
        _signs = [.. shares.data<float>().ToArray().Chunk(2).Select(share => share[0] > 0 ? 1 : 0)];
        _model = _encoder.WithHead(new PixelDecoder(4, new Regression { Difference = RegressionLoss.Absolute }));
    }

    public void Dispose()
    {
        _model.Dispose();
        _encoder.Dispose();
        _images.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Images_are_learnt_without_labels_and_measured_by_the_loss()
    {
        var (train, validation) = Unlabelled.Split(0.75, seed: 1);
        var report = new Trainer(Options, new EarlyStopping(60)).Fit(_model, train, validation);

        var evaluation = report.Evaluation!;
        evaluation.Loss.Should().BeLessThan(report.Epochs[0].Evaluation!.Loss / 5);
        (evaluation.Count, evaluation.Results.Count, evaluation.Primary).Should()
            .Be((10, 0, new MetricValue("loss", evaluation.Loss, LowerIsBetter: true)));
        report.BestEpoch.Should().Be(report.WeightsFromEpoch);
        (report.Head, report.Objective, report.Accuracy).Should().Be((PixelDecoder.Name, "mean absolute error", double.NaN));
        report.Labels.Should().BeEmpty();
        report.Warnings.Should().BeEmpty();

        report.Save(_folder.File("report.json"));
        using var json = JsonDocument.Parse(File.ReadAllBytes(_folder.File("report.json")));
        foreach (var name in new[] { "accuracy", "macroF1", "classes", "r2" })
            json.RootElement.TryGetProperty(name, out _).Should().BeFalse(name);
        json.RootElement.GetProperty("loss").GetDouble().Should().Be(evaluation.Loss);
        json.RootElement.GetProperty("labels").GetArrayLength().Should().Be(0);
        json.RootElement.GetProperty("epochs")[0].TryGetProperty("accuracy", out _).Should().BeFalse();
    }

    [Fact]
    public void The_saved_one_gives_the_same_images_and_is_refused_where_its_head_is_not_known()
    {
        var trainer = new Trainer(Options with { Epochs = 2 });
        trainer.Fit(_model, Unlabelled);
        var loss = trainer.Evaluate(_model, Unlabelled).Loss;
        var path = _folder.File("model.safetensors");
        _model.Save(path);

        using (var unknown = ModelArtefact.Open(path))
            unknown.Invoking(artefact => artefact.Restore(Encoder())).Should().Throw<ArgumentException>()
                .WithMessage("*head of kind 'pixel decoder'*Kinds.Default.WithHead(\"pixel decoder\", ...)*");
        using var artefact = ModelArtefact.Open(path, Kinds.Default.WithHead(PixelDecoder.Name, (saved, _) => PixelDecoder.Read(saved)));
        using var predictor = new Predictor(artefact.Restore(Encoder()), CPU);
        Experiment.StateOf(predictor.Model).Should().BeEquivalentTo(Experiment.StateOf(_model));
        predictor.Model.Replacer.Objective.Description.Should().Be("mean absolute error");

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var answer = predictor.Answer(_images).Values;
        answer.Should().BeIdenticalTo(_model.Forward(_images).Values);
        (answer - _images).abs().mean().item<float>().Should().BeApproximately((float)loss, 1e-6f);
        predictor.Invoking(p => p.Score(_images)).Should().Throw<NotSupportedException>().WithMessage("*[40, 1, 4, 4]*Predictor.Answer*");
    }

    [Fact]
    public void Stopped_and_resumed_under_noise_it_ends_with_the_same_bits()
    {
        var options = Options with { Epochs = 3 };
        var expected = new Trainer(options, new CosineDecay()).Fit(_model, Noisy, Unlabelled);
        for (var part = 0; ; part++)
        {
            using var encoder = Encoder();
            using var model = encoder.WithHead(_model.Replacer);
            var steps = 0;
            if (model.StopsAt(
                Noisy, Unlabelled, options with { Checkpoints = new(_folder.File("run")) { Resume = true, Interval = TimeSpan.Zero } },
                [new CosineDecay()], now => now.Phase == TrainingPhase.Training && ++steps == 4, out var report))
                continue;
            part.Should().BeGreaterThan(2);
            Experiment.StateOf(model).Should().BeEquivalentTo(Experiment.StateOf(_model));
            report!.Epochs.Select(epoch => epoch with { Seconds = 0 }).Should()
                .BeEquivalentTo(expected.Epochs.Select(epoch => epoch with { Seconds = 0 }));
            return;
        }
    }

    [Fact]
    public void Its_encoder_is_a_backbone_for_labels()
    {
        new Trainer(Options).Fit(_model, Noisy);
        var learnt = _encoder.Module.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.bytes.ToArray());

        using var classifier = _encoder.WithHead(new LinearHead(["minus", "plus"]));
        var (train, validation) = new TensorDataset(_images, _signs, classifier.Labels).Split(0.5, seed: 1);
        new LinearProbe().Fit(classifier, train, validation).Accuracy.Should().BeGreaterThan(0.9);
        _encoder.Module.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.bytes.ToArray()).Should().BeEquivalentTo(learnt);
    }

    private TensorDataset Unlabelled => new(_images, new InputTargets());

    /// <summary>Images under noise that is another one in each epoch; the target is the image without it.</summary>
    private ExampleDataset Noisy => new(40, (i, epoch) =>
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(epoch.ForExample(i).NextUInt64(), CPU);
        var clean = _images[i];
        var noisy = clean + 0.1 * randn(clean.shape, generator: generator);
        return (noisy.MoveToOuterDisposeScope(), clean.MoveToOuterDisposeScope());
    }, new UnlistedTargets());

    private static ModuleBackbone Encoder()
    {
        var network = nn.Sequential(nn.Flatten(), nn.Linear(16, 6), nn.GELU());
        Formula.FillModule(network);
        return new ModuleBackbone("encoder", network, 6);
    }
}
