using TransferLearning.Text;

namespace TransferLearning.Benchmarks;

/// <summary>
/// How soon full fine-tuning reaches 95 % of its final accuracy on the test set, in passes forward over the training set: a step forward
/// and backward counts as three. Measured after every twentieth of an epoch, by the recipe's settings.
/// </summary>
internal static class PassesToAccuracy
{
    public static int Run(string set)
    {
        var (train, test) = Texts.Open(set);
        var points = new Points(test);
        var recipe = TextRecipe.Choose(train, new FineTuneOptions { Method = FineTuneMethod.Full });
        var layers = (TrainingStage)recipe.Stages[0];
        using var backbone = TextBackbones.Load("all_minilm_l6_v2");
        using var model = recipe.CreateModel(backbone, train.Targets);
        var report = (recipe with { Stages = [layers with { Strategies = [.. layers.Strategies, points] }] }).Fit(model, train, test);
        var enough = points.Measured.First(point => point.Accuracy >= 0.95 * report.Accuracy);
        Console.WriteLine(FormattableString.Invariant(
            $"{set}: final accuracy {report.Accuracy:P2}; {enough.Accuracy:P2} after {enough.Passes:F2} passes forward ({string.Join(", ", points.Measured.Select(point => FormattableString.Invariant($"{point.Passes:F2}: {point.Accuracy:P1}")))})"));
        return 0;
    }

    private sealed class Points(TextDataset test) : IFineTuneStrategy
    {
        public List<(double Passes, double Accuracy)> Measured { get; } = [];

        public string Description => "measured within the first epoch";

        public void AfterStep(TrainingStep step)
        {
            var session = step.Session;
            if (session.Epoch > 0 || session.Step % (session.StepsPerEpoch / 20) != 0) return;
            var evaluation = new Trainer(session.Options).Evaluate(session.Model, test);
            Measured.Add((3.0 * session.Step / session.StepsPerEpoch, evaluation.Accuracy));
            session.Model.Backbone.Module.train();
            session.Model.Head.train();
        }
    }
}
