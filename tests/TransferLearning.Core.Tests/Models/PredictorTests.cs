using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Models;

[NoTensorLeaks(MakesModels = true)]
public sealed class PredictorTests : IDisposable
{
    private readonly Experiment _experiment = new();
    private readonly Predictor _predictor;

    public PredictorTests()
    {
        _experiment.Model.Head.train();
        _predictor = new Predictor(_experiment.Model, CPU);
    }

    public void Dispose()
    {
        _predictor.Dispose();
        _experiment.Dispose();
    }

    [Fact]
    public void Predictions_are_the_softmax_of_the_logits_with_the_likeliest_first()
    {
        foreach (var parameter in _experiment.Model.Head.parameters()) Fill(parameter, i => i % 7 * 0.1f);
        var answers = Predict();
        var logits = _experiment.Logits().Chunk(4).ToArray();

        answers.Should().HaveCount(36);
        foreach (var (answer, row) in answers.Zip(logits))
        {
            answer.Predictions.Should().BeInDescendingOrder(prediction => prediction.Probability);
            var sum = row.Sum(logit => Math.Exp(logit));
            foreach (var (label, probability) in answer.Predictions)
                probability.Should().BeApproximately(Math.Exp(row[Array.IndexOf(Experiment.Classes, label)]) / sum, 1e-6);
            answer.Best.Should().Be(answer.Predictions[0]);
        }
    }

    [Fact]
    public void A_head_of_another_width_than_its_labels_is_refused()
    {
        using var backbone = new ModuleBackbone("mine", nn.Identity(), 4);
        using var predictor = new Predictor(backbone.WithHead(new Wide()), CPU);
        using var input = new TensorSet(ones(3, 4));
        predictor.Invoking(p => p.Predict(input)).Should().Throw<NotSupportedException>().WithMessage("*shape [3, 5] and not [3, 2]*");
    }

    [Fact]
    public void Of_equal_probabilities_the_first_label_is_the_best()
    {
        var answer = Predict()[0];
        answer.Predictions.Select(prediction => prediction.Label).Should().Equal(Experiment.Classes);
        answer.Predictions.Should().OnlyContain(prediction => prediction.Probability == 0.25);
    }

    [Fact]
    public void Four_threads_get_the_same_answers_as_one()
    {
        foreach (var parameter in _experiment.Model.Head.parameters()) Fill(parameter, i => i % 5 * 0.1f);
        var alone = Predict();
        var answers = new IReadOnlyList<Classification>[4];
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, thread => answers[thread] = Predict());
        foreach (var answer in answers) answer.Should().BeEquivalentTo(alone, options => options.WithStrictOrdering());
    }

    [Fact]
    public void It_puts_the_model_into_evaluation_mode_and_leaves_the_input_to_the_caller()
    {
        _experiment.Model.Head.training.Should().BeFalse();
        Predict();
        _experiment.Images.IsInvalid.Should().BeFalse();
    }

    [Fact]
    public void An_example_is_named_as_the_caller_calls_it()
    {
        using var scope = NewDisposeScope();
        using var input = _experiment.Images.clone();
        input[2].fill_(double.NaN);
        using var set = new TensorSet(input);
        _predictor.Invoking(p => p.Predict(set)).Should().Throw<ArgumentException>().WithMessage("Example 2 of the batch holds NaN*");
        _predictor.Invoking(p => p.Score(set, i => $"'{i}.jpg'")).Should().Throw<ArgumentException>().WithMessage("'2.jpg' holds NaN*");
        _predictor.Invoking(p => p.Answer(set, i => $"'{i}.jpg'")).Should().Throw<ArgumentException>().WithMessage("'2.jpg' holds NaN*");
    }

    private IReadOnlyList<Classification> Predict() => _predictor.Predict(new TensorSet(_experiment.Images));

    private static void Fill(Tensor tensor, Func<int, float> value)
    {
        using var _ = no_grad();
        using var values = TorchSharp.torch.tensor(Enumerable.Range(0, (int)tensor.numel()).Select(value).ToArray(), tensor.shape);
        tensor.copy_(values);
    }

    private sealed class Wide : IHeadReplacer
    {
        public string Kind => "wide";

        public IReadOnlyList<string> Labels => ["a", "b"];

        public IObjective Objective { get; } = new CrossEntropy();

        public nn.Module<TensorSet, TensorSet> Build(int featureSize) => new LinearHead(["a", "b", "c", "d", "e"]).Build(featureSize);
    }
}
