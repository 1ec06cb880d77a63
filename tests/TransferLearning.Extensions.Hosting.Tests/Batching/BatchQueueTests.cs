namespace TransferLearning.Extensions.Hosting.Tests.Batching;

public sealed class BatchQueueTests : IDisposable
{
    private readonly ClassifierTelemetry _telemetry = new();
    private readonly StubModel _model = new();
    private BatchQueue<StubModel, int>? _made;

    public void Dispose()
    {
        _model.Open.Set();
        _made?.Dispose();
        _telemetry.Dispose();
    }

    [Fact]
    public async Task A_single_request_is_computed_at_once_and_alone()
    {
        var queue = Queue();
        (await Ask(queue, 1)).Best.Probability.Should().Be(1);
        (await Ask(queue, 2)).Best.Probability.Should().Be(2);
        _model.Batches.Should().Equal("1", "2");
    }

    [Fact]
    public async Task What_comes_while_one_is_computed_makes_the_next_batches()
    {
        var queue = Queue(new() { MaxBatch = 3 });
        var answers = await Behind(queue, 1, 2, 3, 4, 5);
        _model.Open.Set();
        (await Task.WhenAll(answers)).Select(answer => answer.Best.Probability).Should().Equal(1, 2, 3, 4, 5);
        _model.Batches.Should().Equal("0", "1 2 3", "4 5");
    }

    [Fact]
    public async Task Batches_are_of_one_model()
    {
        var queue = Queue();
        var other = new StubModel("other");
        await Behind(queue);
        Task<Classification>[] answers = [Ask(queue, 1), Ask(queue, 2, other), Ask(queue, 3, other), Ask(queue, 4)];
        _model.Open.Set();
        (await Task.WhenAll(answers)).Select(answer => answer.Best.Label).Should().Equal("stub", "other", "other", "stub");
        _model.Batches.Should().Equal("0", "1", "4");
        other.Batches.Should().Equal("2 3");
    }

    [Fact]
    public async Task Several_workers_compute_at_once()
    {
        var queue = Queue(new() { Workers = 2, MaxBatch = 1 });
        _model.Open.Reset();
        Task<Classification>[] answers = [Ask(queue, 1), Ask(queue, 2), Ask(queue, 3)];
        await _model.StartedAsync();
        await _model.StartedAsync();
        queue.Length.Should().Be(1);
        _model.Open.Set();
        (await Task.WhenAll(answers)).Select(answer => answer.Best.Probability).Should().Equal(1, 2, 3);
        await queue.StopAsync(default);
    }

    [Fact]
    public async Task A_cancelled_request_leaves_the_queue()
    {
        var queue = Queue();
        await Behind(queue);
        using var cancellation = new CancellationTokenSource();
        var (cancelled, kept) = (Ask(queue, 1, cancellation: cancellation.Token), Ask(queue, 2));
        queue.Length.Should().Be(2);
        cancellation.Cancel();
        await cancelled.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        queue.Length.Should().Be(1);
        _model.Open.Set();
        await kept;
        _model.Batches.Should().Equal("0", "2");
    }

    [Fact]
    public async Task One_that_is_computed_when_it_is_cancelled_is_answered()
    {
        var queue = Queue();
        _model.Open.Reset();
        using var cancellation = new CancellationTokenSource();
        var answer = Ask(queue, 1, cancellation: cancellation.Token);
        await _model.StartedAsync();
        cancellation.Cancel();
        _model.Open.Set();
        (await answer).Best.Probability.Should().Be(1);
    }

    [Fact]
    public async Task A_bad_example_fails_alone()
    {
        var queue = Queue();
        var answers = await Behind(queue, 1, StubModel.Bad, 2);
        _model.Open.Set();
        (await answers[0]).Best.Probability.Should().Be(1);
        await answers[1].Awaiting(task => task).Should().ThrowAsync<ArgumentException>().WithMessage("A bad example.");
        (await answers[2]).Best.Probability.Should().Be(2);
    }

    [Fact]
    public async Task Places_are_limited_and_the_refusal_says_when_to_come_again()
    {
        var queue = Queue(new() { QueueLimit = 2 });
        queue.Enter();
        queue.Enter();
        queue.Invoking(full => full.Enter()).Should().Throw<ClassifierUnavailableException>().WithMessage("*2 requests already*QueueLimit*")
            .Which.RetryAfter.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        queue.Leave();
        queue.Enter();
        await queue.StopAsync(CancellationToken.None);
        queue.Leave();
        queue.Invoking(stopped => stopped.Enter()).Should().Throw<ClassifierUnavailableException>().WithMessage("*stops*");
    }

    [Fact]
    public async Task Who_waited_too_long_is_refused_but_the_trial_of_a_new_model()
    {
        var queue = Queue(new() { MaxWait = TimeSpan.FromMilliseconds(1) });
        var answers = await Behind(queue, 1);
        var trial = queue.PredictAsync(_model, 2, isTrial: true, CancellationToken.None);
        await Task.Delay(20);
        _model.Open.Set();
        await answers[0].Awaiting(task => task).Should().ThrowAsync<ClassifierUnavailableException>().WithMessage("*MaxWait*");
        (await trial).Best.Probability.Should().Be(2);
    }

    [Fact]
    public async Task Stopping_answers_what_waits()
    {
        var queue = Queue(new() { MaxBatch = 1 });
        var answers = await Behind(queue, 1, 2);
        var stop = queue.StopAsync(CancellationToken.None);
        stop.IsCompleted.Should().BeFalse();
        await FluentActions.Awaiting(() => Ask(queue, 3)).Should().ThrowAsync<ClassifierUnavailableException>().WithMessage("*stops*");
        _model.Open.Set();
        (await Task.WhenAll(answers)).Select(answer => answer.Best.Probability).Should().Equal(1, 2);
        await stop;
    }

    [Fact]
    public async Task Stopping_in_haste_answers_what_is_computed_and_refuses_the_rest()
    {
        var queue = Queue();
        _model.Open.Reset();
        var computed = Ask(queue, 0);
        await _model.StartedAsync();
        var waits = Ask(queue, 1);
        var stop = queue.StopAsync(new CancellationToken(canceled: true));
        await waits.Awaiting(task => task).Should().ThrowAsync<ClassifierUnavailableException>().WithMessage("*stops*");
        _model.Open.Set();
        (await computed).Best.Probability.Should().Be(0);
        await stop;
    }

    [Fact]
    public async Task Many_clients_that_cancel_at_random_lose_no_answer()
    {
        var queue = Queue(new() { MaxBatch = 4 });
        var clients = Enumerable.Range(0, 16).Select(client => Task.Run(async () =>
        {
            var random = new Random(client);
            for (var i = 1; i <= 500; i++)
            {
                using var cancellation = new CancellationTokenSource();
                var answer = Ask(queue, i, cancellation: cancellation.Token);
                if (random.Next(4) == 0) cancellation.Cancel();
                try
                {
                    (await answer).Best.Probability.Should().Be(i);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                }
            }
        }));
        await Task.WhenAll(clients);
        queue.Length.Should().Be(0);
        _model.Batches.Should().OnlyContain(batch => batch.Split(' ', StringSplitOptions.None).Length <= 4);
    }

    private BatchQueue<StubModel, int> Queue(ClassifierServiceOptions? options = null) => _made = new("stub", options ?? new(), _telemetry);

    private Task<Classification> Ask(
        BatchQueue<StubModel, int> queue, int example, StubModel? model = null, CancellationToken cancellation = default) =>
        queue.PredictAsync(model ?? _model, example, isTrial: false, cancellation);

    /// <summary>Requests that wait behind example 0, which is computed until the model is opened, however long it waits itself.</summary>
    private async Task<Task<Classification>[]> Behind(BatchQueue<StubModel, int> queue, params int[] examples)
    {
        _model.Open.Reset();
        _ = queue.PredictAsync(_model, 0, isTrial: true, CancellationToken.None);
        await _model.StartedAsync();
        return Array.ConvertAll(examples, example => Ask(queue, example));
    }
}
