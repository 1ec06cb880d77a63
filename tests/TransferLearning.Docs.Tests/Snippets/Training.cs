using TransferLearning;
using static TorchSharp.torch;

namespace Snippets;

internal static class Training
{
    public static TrainingReport Run(TransferModel model, IDataset train, IDataset validation)
    {
        // snippet: training-run
        var trainer = new Trainer(
            new TrainerOptions { Epochs = 20, BatchSize = 32, Optimizer = new AdamW(learningRate: 1e-3), Monitor = "macroF1" },
            new CosineDecay(warmup: 0.1), new EarlyStopping(patience: 3), new TimeLimit(TimeSpan.FromMinutes(30)));
        TrainingReport report = trainer.Fit(model, train, validation);
        Console.WriteLine($"{report.StopReason}; macro F1 {report.Evaluation!["macroF1"]:P1} in epoch {report.WeightsFromEpoch}");
        // end-snippet
        return report;
    }

    public static void Logs(TransferModel model, TensorDataset train, TensorDataset validation)
    {
        // snippet: training-logs
        new Trainer(new TrainerOptions { Epochs = 20 }, new TensorBoardLog("logs/run1"), new CsvLog("logs/run1.csv")).Fit(model, train, validation);
        // end-snippet
    }

    public static IEnumerable<Trainer> Averages()
    {
        // snippet: training-averages
        var moving = new Trainer(new TrainerOptions { Epochs = 10 }, new ExponentialAveraging(0.999), new CosineDecay());
        var last = new Trainer(new TrainerOptions { Epochs = 12, Optimizer = new Sgd(0.01) }, new StochasticWeightAveraging(start: 0.75));
        // end-snippet
        return [moving, last];
    }

    public static Trainer Accumulate()
    {
        // snippet: training-accumulation
        var trainer = new Trainer(new TrainerOptions { BatchSize = 8 }, new GradientAccumulation(batches: 4), new CosineDecay());
        // end-snippet
        return trainer;
    }

    public static IEnumerable<Trainer> Losses(TransferModel teacher)
    {
        // snippet: training-losses
        var held = new Trainer(
            new TrainerOptions { Optimizer = new AdamW(learningRate: 1e-4, weightDecay: 0) }, new L2StartingPoint(alpha: 0.01), new CosineDecay());
        var mixed = new Trainer(new TrainerOptions { Epochs = 30 }, new Mixup(alpha: 0.2), new SharpnessAwareMinimization(), new CosineDecay());
        var taught = new Trainer(new TrainerOptions { Epochs = 10 }, new Distillation(teacher, temperature: 4, alpha: 0.7), new CosineDecay());
        // end-snippet
        return [held, mixed, taught];
    }

    public static IEnumerable<TrainerOptions> Samplers(IReadOnlyList<double> weights)
    {
        // snippet: training-samplers
        var balanced = new TrainerOptions { Sampler = new BalancedSampler() };
        var weighted = new TrainerOptions { Sampler = new WeightedSampler(weights, draws: 10_000) };
        // end-snippet
        return [balanced, weighted];
    }

    public static IReadOnlyList<double> Folds(IPretrainedBackbone backbone, IDataset data)
    {
        // snippet: training-folds
        using var model = backbone.WithHead(new LinearHead(data.ClassNames));
        using var features = FeatureSet.Compute(model, data);                  // once through the frozen layers
        List<double> accuracies = [];
        foreach (var (train, validation) in features.Folds(5, seed: 42))
        {
            foreach (var seed in new[] { 0, 1, 2 })
            {
                using var candidate = backbone.WithHead(new MlpHead(data.Targets.Names) { Seed = seed });
                var options = new TrainerOptions { Epochs = 30, Seed = seed };
                accuracies.Add(new Trainer(options, new FreezeBackbone(), new CosineDecay()).Fit(candidate, train, validation).Accuracy);
            }
        }
        Console.WriteLine($"accuracy {accuracies.Average():P1}, from {accuracies.Min():P1} to {accuracies.Max():P1}");
        // end-snippet
        return accuracies;
    }

    public static TrainingReport Tasks(IPretrainedBackbone backbone, Tensor rows, IReadOnlyList<string> classes, IReadOnlyList<float[]> sizes)
    {
        // snippet: training-tasks
        var head = new MultiTaskHead(new LinearHead(["daisy", "rose"]), ("size", new GeneralizedMeanHead(["cm"], objective: new Regression()), 0.1));
        using var model = backbone.WithHead(head);
        var targets = new MultiTaskTargets(Targets.Classes(classes, ["daisy", "rose"]), ("size", Targets.Values(sizes, ["cm"])));
        var report = new Trainer(new TrainerOptions { Epochs = 10 }).Fit(model, new TensorDataset(rows, targets));
        var outputs = model.Forward(rows);  // outputs.Values: logits of the classes; outputs["size"]: centimetres
        // end-snippet
        outputs.Dispose();
        return report;
    }

    public static TrainingReport OwnParts(IPretrainedBackbone backbone, IDataset train, IDataset validation, string path)
    {
        // snippet: training-own-parts
        var head = new LinearHead(train.Targets.Names, new FocalLoss(Gamma: 2)) { Metrics = [new TopAccuracy(2), new ClassificationMetric()] };
        using var model = backbone.WithHead(head);
        var report = new Trainer(new TrainerOptions { Monitor = "top2" }, new ConfidencePenalty(0.1)).Fit(model, train, validation);
        model.Save(path);
        // end-snippet
        return report;
    }

    public static TransferModel OpenOwnParts(IPretrainedBackbone backbone, string path)
    {
        // snippet: open-own-kinds
        var kinds = Kinds.Default
            .WithHead("two-layer", (saved, _) => TwoLayerHead.Read(saved))
            .WithObjective("focal", FocalLoss.Read)
            .WithMetric("top accuracy", TopAccuracy.Read);
        using var artefact = ModelArtefact.Open(path, kinds);
        TransferModel model = artefact.Restore(backbone);
        // end-snippet
        return model;
    }
}
