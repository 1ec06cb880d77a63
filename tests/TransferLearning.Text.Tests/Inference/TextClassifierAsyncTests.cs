using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Inference;

[NoTensorLeaks(MakesModels = true)]
public sealed class TextClassifierAsyncTests : IDisposable
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 40).Select(i => $"a bird, number {i}")];

    private readonly TinyFolder _folder = TinyFolder.Of(TinyFolder.Configuration("bert_tiny", ("vocab_size", 30522)));
    private readonly TextClassifier _classifier;

    public TextClassifierAsyncTests() => _classifier = Classifier(3);

    public void Dispose()
    {
        _classifier.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task One_text_many_and_those_that_come_are_answered_as_on_the_callers_thread()
    {
        Food(await _classifier.PredictAsync(Texts[0])).Should().Be(Food(_classifier.Predict(Texts[0])));
        double[] expected = [.. _classifier.Predict(Texts).Select(Food)];
        expected.Distinct().Should().HaveCountGreaterThan(30);
        (await _classifier.PredictAsync(Texts).Select(Food).ToArrayAsync()).Should().Equal(expected);
        (await _classifier.PredictAsync(Texts.ToAsyncEnumerable()).Select(Food).ToArrayAsync()).Should().Equal(expected);
    }

    [Fact]
    public async Task A_text_that_is_null_is_named_by_its_place_in_all_of_them()
    {
        string[] texts = [.. Texts, null!];
        FluentActions.Invoking(() => _classifier.Predict(texts).ToList()).Should().Throw<ArgumentException>()
            .WithMessage("Text 40 is null*");
        await Awaiting(() => _classifier.PredictAsync(texts).ToListAsync().AsTask()).Should().ThrowAsync<ArgumentException>()
            .WithMessage("Text 40 is null*");
    }

    [Fact]
    public async Task Cancellation_ends_the_work_between_batches()
    {
        using var stop = new CancellationTokenSource();
        var answered = 0;
        await Awaiting(async () =>
        {
            await foreach (var _ in _classifier.PredictAsync(Enumerable.Repeat("a", 1000), stop.Token))
                if (++answered == 1) await stop.CancelAsync();
        }).Should().ThrowAsync<OperationCanceledException>();
        answered.Should().Be(32);
    }

    [Fact]
    public async Task What_is_in_flight_is_answered_after_Dispose_and_later_calls_are_refused_by_name()
    {
        using var classifier = Classifier(3);
        await using var many = classifier.PredictAsync(Texts).GetAsyncEnumerator();
        await many.MoveNextAsync();
        classifier.Dispose();
        var answers = 1;
        while (await many.MoveNextAsync()) answers++;
        answers.Should().Be(40);
        FluentActions.Invoking(() => classifier.Predict("a")).Should().Throw<ObjectDisposedException>().WithMessage("*TextClassifier*");
        await Awaiting(() => classifier.PredictAsync("a")).Should().ThrowAsync<ObjectDisposedException>().WithMessage("*TextClassifier*");
    }

    [Fact]
    public void A_text_for_which_broken_weights_give_no_numbers_is_named()
    {
        using var classifier = Classifier(double.NaN);
        FluentActions.Invoking(() => classifier.Predict("a bird")).Should().Throw<ArgumentException>()
            .WithMessage("The text makes the model give NaN*");
        FluentActions.Invoking(() => classifier.Predict(["a bird", "a cat"]).ToList()).Should().Throw<ArgumentException>()
            .WithMessage("Text 0 ('a bird') makes the model give NaN*");
        FluentActions.Invoking(() => classifier.Score("a bird")).Should().Throw<ArgumentException>()
            .WithMessage("The text makes the model give NaN*");
    }

    private static double Food(Classification answer) => answer["food"];

    private static Func<Task> Awaiting(Func<Task> task) => task;

    private TextClassifier Classifier(double weight)
    {
        var model = TextBackbones.Open(_folder.FullName).WithHead(new LinearHead(["animal", "food"]), ownsBackbone: true);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var weights = model.Head.parameters().First();
        weights.copy_(arange(weights.numel()).reshape(weights.shape).to_type(ScalarType.Float32).sin() * weight);
        return new TextClassifier(model, CPU);
    }
}
