using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>What cannot work is refused with a sentence, and what goes wrong leaves nothing behind.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class BadInputTests : IDisposable
{
    private readonly Experiment _experiment = new();

    public void Dispose() => _experiment.Dispose();

    [Fact]
    public void Input_that_is_not_a_number_is_named()
    {
        using (var value = _experiment.Images[10]) value.fill_(float.NaN);
        var fit = () => _experiment.Fit(Experiment.Options with { Sampler = new SequentialSampler() });
        fit.Should().Throw<TrainingDivergedException>().WithMessage("*epoch 1, step 2 of 3 (last learning rate 0.05)*input holds NaN*");
    }

    [Fact]
    public void Weights_that_explode_are_named()
    {
        var fit = () => _experiment.Fit(Experiment.Options with { Optimizer = new Sgd(1e30) }, new EarlyStopping());
        fit.Should().Throw<TrainingDivergedException>().WithMessage(
            "*epoch 1, step * of 3 (last learning rate 1E+30)*'*' of * is not finite: lower the learning rate*");
    }

    [Fact]
    public void Weights_that_the_last_step_breaks_are_named()
    {
        var fit = () => _experiment.Fit(Experiment.Options with { Epochs = 1, BatchSize = 1000, Optimizer = new AdamW(1e300) });
        fit.Should().Throw<TrainingDivergedException>().WithMessage("*weights are broken after 1 steps*is not finite*");
    }

    [Fact]
    public void A_batch_norm_that_saw_one_value_for_each_channel_is_named_after_the_first_epoch()
    {
        using var backbone = new ModuleBackbone("mine", nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4)), 4);
        using var model = backbone.WithHead(new LinearHead(["a", "b"]));
        using var values = randn(4, 4);
        var data = new TensorDataset(values, [0, 1, 0, 1], ["a", "b"]);
        var fit = () => new Trainer(Experiment.Options with { BatchSize = 1 }).Fit(model, data, data);
        fit.Should().Throw<TrainingDivergedException>().WithMessage("*after 4 steps*running_var' of body is not finite*Raise BatchSize*");
    }

    [Fact]
    public void A_buffer_that_is_infinite_on_purpose_is_no_broken_weight()
    {
        using var backbone = new ModuleBackbone("mine", new Masked(), 4);
        using var model = backbone.WithHead(new LinearHead(["a", "b"]));
        using var values = randn(4, 4);
        new Trainer(Experiment.Options).Fit(model, new TensorDataset(values, [0, 1, 0, 1], ["a", "b"])).Epochs.Should().HaveCount(3);
    }

    [Fact]
    public void A_loss_that_is_infinite_in_the_first_step_has_no_learning_rate_yet()
    {
        using (TorchSharp.torch.no_grad())
            foreach (var bias in _experiment.Model.Head.parameters().Skip(1)) bias.fill_(float.MaxValue).neg_();
        _experiment.Images[0].fill_(float.PositiveInfinity).Dispose();
        var fit = () => _experiment.Fit(Experiment.Options with { Sampler = new SequentialSampler() });
        fit.Should().Throw<TrainingDivergedException>().WithMessage("*epoch 1, step 1 of 3. *");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void An_example_that_is_no_number_is_named_wherever_it_is_measured(double value)
    {
        const string Message = "Example 3 of the data set, counted from 0, holds NaN or infinite values*";
        // In one value of many that a ReLU may swallow.
        using (NewDisposeScope()) _experiment.Images[27][0][2][2].fill_(value);
        var trainer = new Trainer(Experiment.Options, new FreezeBackbone());
        Refuses(() => trainer.Evaluate(_experiment.Model, _experiment.Validation), Message);
        Refuses(() => trainer.Fit(_experiment.Model, _experiment.Train, _experiment.Validation), Message);
        Refuses(() => new Trainer(Experiment.Options).Fit(_experiment.Model, _experiment.Train, _experiment.Validation), Message);
        Refuses(() => FeatureSet.Compute(_experiment.Model, _experiment.Validation), Message);
        Refuses(() => new LinearProbe().Fit(_experiment.Model, _experiment.Train, _experiment.Validation), Message);
        Refuses(() => new LinearProbe().Fit(_experiment.Model, _experiment.Validation), Message);
        Refuses(() => new PrototypeFit().Fit(_experiment.Model, _experiment.Validation), "*");
        using var predictor = new Predictor(_experiment.Model, CPU);
        using var batch = _experiment.Validation.Prepare(null).Load([2, 3], default);
        foreach (var ask in (Action[])[() => predictor.Predict(batch.Input), () => predictor.Score(batch.Input), () =>
            predictor.Answer(batch.Input)])
            Refuses(ask, "Example 1 of the batch holds NaN or infinite values*");
    }

    [Fact]
    public void A_label_out_of_range_is_named()
    {
        var wrong = new FakeDataset(_experiment.Train) { Change = batch => { batch.Target.Values.fill_(7); return batch; } };
        Refuses(() => new Trainer(Experiment.Options).Fit(_experiment.Model, wrong), "*class index 7 is outside 0..3*");
    }

    [Fact]
    public void Other_classes_than_the_models_are_named()
    {
        var other = new FakeDataset(_experiment.Train) { Targets = Targets.Classes([0, 1, 2, 3], ["a", "c", "b", "d"]) };
        Refuses(
            () => new Trainer(Experiment.Options).Fit(_experiment.Model, other), "*training set's classes are not the model's*[a, c, "
                + "b, d] against [a, b, c, d]*");
        Refuses(() => new Trainer(Experiment.Options).Fit(_experiment.Model, _experiment.Train, other), "*validation set's classes*");
        Refuses(() => new Trainer(Experiment.Options).Evaluate(_experiment.Model, other), "*classes are not the model's*");
    }

    [Fact]
    public void Classes_that_read_alike_are_told_apart()
    {
        string[] classes = ["a", "b", "c", "d\u00a0"];
        using var model = _experiment.Backbone.WithHead(new LinearHead(classes));
        var train = new FakeDataset(_experiment.Train) { Targets = Targets.Classes([0, 1, 2, 3], classes) };
        Refuses(() => new Trainer(Experiment.Options).Fit(model, train, _experiment.Validation),
            "*validation set's classes are not the model's*'d' and 'd\u00a0' differ in spaces*(nothing against U+00A0 in place 2). Build*");
    }

    [Fact]
    public void What_was_left_out_is_counted_in_the_report()
    {
        SkippedItem[] skipped = [new("a.heic", "HEIC.") { Kind = ".heic files" },
            new("b.heic", "HEIC.") { Kind = ".heic files" }, new("c", "Broken.")];
        var report = new Trainer(Experiment.Options)
            .Fit(_experiment.Model, new FakeDataset(_experiment.Train) { Skipped = skipped },
            new FakeDataset(_experiment.Validation) { Skipped = skipped });
        report.Warnings.Should().Equal("Left out of the training set: .heic files (2, such as 'a.heic'), Broken. (1, such as 'c').");
        new Trainer(Experiment.Options)
            .Fit(_experiment.Model, _experiment.Train, new FakeDataset(_experiment.Validation) { Skipped = skipped })
            .Warnings.Should().ContainSingle().Which.Should().StartWith("Left out of the validation set: ");
    }

    [Fact]
    public void An_empty_set_is_named()
    {
        Refuses(() => new Trainer(Experiment.Options).Fit(_experiment.Model, _experiment.Train.Subset([])), "*training set is empty*");
        Refuses(
            () => new Trainer(Experiment.Options).Fit(_experiment.Model, _experiment.Train, _experiment.Train.Subset([])), "*validation set is empty*");
    }

    [Fact]
    public void All_wrong_options_are_listed_at_once()
    {
        var options = new TrainerOptions
        {
            Epochs = 0, BatchSize = -1, LoaderThreads = -2, FeatureCacheBytes = -3, ClipGradientNorm = 0, Optimizer = new Sgd(double.NaN)
        };
        Refuses(() => _experiment.Fit(options),
            "Epochs is 0; * BatchSize is -1; * LoaderThreads is -2; * FeatureCacheBytes is -3; * ClipGradientNorm is 0; * "
            + "LearningRate is NaN; *");
        Refuses(() => _experiment.Fit(new TrainerOptions { Optimizer = new AdamW(weightDecay: -1) }), "*WeightDecay is -1*");
    }

    [Fact]
    public void Options_of_the_optimizer_are_checked_by_name()
    {
        Refuses(
            () => _experiment.Fit(new TrainerOptions { Optimizer = new AdamW { Beta1 = 1, Beta2 = -0.1, Epsilon = 0 } }), "Beta1 is 1; * Beta2 is -0.1; * Epsilon is 0; *");
        Refuses(
            () => _experiment.Fit(new TrainerOptions { Optimizer = new Sgd(momentum: 1) { Dampening = double.NaN } }), "Momentum is 1; * Dampening is NaN; *");
        Refuses(
            () => _experiment.Fit(new TrainerOptions { Optimizer = new Sgd(momentum: 0) { Nesterov = true } }), "Nesterov needs momentum and no dampening; Momentum is 0 and Dampening 0.");
        Refuses(
            () => _experiment.Fit(new TrainerOptions { Optimizer = new Sgd(double.PositiveInfinity) }), "LearningRate is Infinity; it "
                + "is a finite number above 0.");
    }

    [Fact]
    public void What_a_loader_throws_ends_the_run_as_it_is()
    {
        var broken = new FakeDataset(_experiment.Train)
        {
            Change = batch => { batch.Dispose(); throw new InvalidDataException("photo 7 is broken"); }
        };
        var fit = () => new Trainer(Experiment.Options, new FreezeBackbone()).Fit(_experiment.Model, broken);
        fit.Should().Throw<InvalidDataException>().WithMessage("photo 7 is broken");
    }

    private static void Refuses(Action action, string message) => action.Should().Throw<ArgumentException>().WithMessage(message);

    private sealed class Masked : nn.Module<Tensor, Tensor>
    {
        private readonly Tensor mask = full([4], float.NegativeInfinity);

        public Masked() : base(nameof(Masked)) => RegisterComponents();

        public override Tensor forward(Tensor input) => input.maximum(mask);
    }
}
