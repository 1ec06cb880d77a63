using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

[NoTensorLeaks(MakesModels = true)]
public sealed class ImageClassifierAsyncTests(TrainedModel trained) : IClassFixture<TrainedModel>, IDisposable
{
    private readonly ImageClassifier _classifier = ImageClassifier.Load(trained.Path, CPU);

    private byte[][] Bytes => [.. trained.Files.Select(File.ReadAllBytes)];

    public void Dispose() => _classifier.Dispose();

    [Fact]
    public async Task A_body_that_refuses_synchronous_reading_a_path_and_bytes_are_answered_as_a_file_is()
    {
        var file = trained.Files[0];
        var expected = Coat(_classifier.Predict(file));
        using var body = new AsyncOnlyStream(File.ReadAllBytes(file));

        Coat(await _classifier.PredictAsync(body)).Should().Be(expected);
        Coat(await _classifier.PredictAsync(file)).Should().Be(expected);
        Coat(await _classifier.PredictAsync(File.ReadAllBytes(file))).Should().Be(expected);
        (await _classifier.ScoreAsync(file)).Should().Equal(_classifier.Score(file))
            .And.Equal(await _classifier.ScoreAsync(File.ReadAllBytes(file)));
        body.CanRead.Should().BeTrue("the caller's stream stays open");
    }

    [Fact]
    public async Task Many_byte_arrays_streams_and_pixels_are_answered_as_their_files_are_in_their_order()
    {
        double[] expected = [.. _classifier.Predict(trained.Files).Select(Coat)];

        _classifier.Predict(Bytes).Select(Coat).Should().Equal(expected);
        _classifier.Predict(Bytes.Select(bytes => new MemoryStream(bytes))).Select(Coat).Should().Equal(expected);
        _classifier.Predict(trained.Files.Select(file => ImageDecoder.Decode(file))).Select(Coat).Should().Equal(expected);
        (await _classifier.PredictAsync(trained.Files).Select(Coat).ToArrayAsync()).Should().Equal(expected);
        (await _classifier.PredictAsync(Bytes).Select(Coat).ToArrayAsync()).Should().Equal(expected);
        (await _classifier.PredictAsync(Bytes.Select(bytes => new AsyncOnlyStream(bytes))).Select(Coat).ToArrayAsync()).Should()
            .Equal(expected);
        (await _classifier.PredictAsync(Bytes.ToAsyncEnumerable().Select(bytes => (Stream)new AsyncOnlyStream(bytes))).Select(Coat).ToArrayAsync()).Should().Equal(expected);
        (await _classifier.PredictAsync((byte[][])[]).ToArrayAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task The_caller_waits_on_no_thread_and_a_context_of_one_thread_is_not_needed()
    {
        var context = SynchronizationContext.Current;
        var only = new RefusingContext();
        Task<Classification> answer;
        SynchronizationContext.SetSynchronizationContext(only);
        try
        {
            answer = _classifier.PredictAsync(new AsyncOnlyStream(Bytes[0]));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
        Coat(await answer).Should().Be(Coat(_classifier.Predict(trained.Files[0])));
        only.Posts.Should().Be(0);
    }

    [Fact]
    public async Task A_broken_or_absent_image_among_many_is_named_by_its_path_or_its_place()
    {
        byte[][] broken = [Bytes[0], [1, 2, 3], Bytes[1]];
        Refuses<ImageFormatException>(() => _classifier.Predict(broken).ToList(), "'image 1' is not a JPEG*");
        Refuses<ImageFormatException>(
            () => _classifier.Predict(broken.Select(bytes => new MemoryStream(bytes))).ToList(), "'image 1' is not a JPEG*");
        Refuses<ArgumentException>(() => _classifier.Predict([Bytes[0], null!]).ToList(), "The bytes of image 1 are null*");
        Refuses<ArgumentException>(() => _classifier.Predict([trained.Files[0], null!]).ToList(), "The path of image 1 is null*");
        await Awaiting(() => _classifier.PredictAsync(broken).ToListAsync().AsTask()).Should().ThrowAsync<ImageFormatException>()
            .WithMessage("'image 1' is not a JPEG*");
        await Awaiting(() => _classifier.PredictAsync("absent.png")).Should().ThrowAsync<FileNotFoundException>()
            .WithMessage("*absent.png*");
        await Awaiting(() => _classifier.PredictAsync(new AsyncOnlyStream([]))).Should().ThrowAsync<ImageFormatException>()
            .WithMessage("*is empty*");
        Refuses<ArgumentNullException>(() => _classifier.Predict((IEnumerable<byte[]>)null!), "*images*");
        Refuses<ArgumentNullException>(() => _classifier.PredictAsync((IAsyncEnumerable<Stream>)null!), "*images*");
    }

    [Fact]
    public async Task Cancellation_ends_the_reading_of_a_slow_body_and_the_work_between_batches()
    {
        using var stop = new CancellationTokenSource();
        var slow = new AsyncOnlyStream(Bytes[0]) { BeforeRead = token => Task.Delay(Timeout.Infinite, token) };
        var waiting = _classifier.PredictAsync(slow, stop.Token);
        await stop.CancelAsync();
        await Awaiting(() => waiting).Should().ThrowAsync<OperationCanceledException>();

        using var between = new CancellationTokenSource();
        var answered = 0;
        await Awaiting(async () =>
        {
            await foreach (var _ in _classifier.PredictAsync(Enumerable.Repeat(Bytes[0], 1000)).WithCancellation(between.Token))
                if (++answered == 1) await between.CancelAsync();
        }).Should().ThrowAsync<OperationCanceledException>();
        answered.Should().Be(32, "the batch in progress is answered");
    }

    [Fact]
    public async Task What_is_in_flight_is_answered_after_Dispose_and_later_calls_are_refused_by_name()
    {
        var classifier = ImageClassifier.Load(trained.Path, CPU);
        var opened = new TaskCompletionSource();
        var body = new AsyncOnlyStream(Bytes[0]) { BeforeRead = _ => opened.Task };
        var inFlight = classifier.PredictAsync(body);
        var many = classifier.Predict(Enumerable.Repeat(trained.Files[0], 40)).GetEnumerator();
        many.MoveNext();

        classifier.Dispose();
        opened.SetResult();

        Coat(await inFlight).Should().Be(Coat(_classifier.Predict(trained.Files[0])));
        var rest = 1;
        while (many.MoveNext()) rest++;
        rest.Should().Be(40);
        many.Dispose();
        Refuses<ObjectDisposedException>(() => classifier.Predict(trained.Files[0]), "*ImageClassifier*");
        Refuses<ObjectDisposedException>(() => classifier.Predict(Bytes).ToList(), "*ImageClassifier*");
        Refuses<ObjectDisposedException>(() => classifier.Score(trained.Files[0]), "*ImageClassifier*");
        await Awaiting(() => classifier.PredictAsync(Bytes[0])).Should().ThrowAsync<ObjectDisposedException>()
            .WithMessage("*ImageClassifier*");
        classifier.Dispose();
    }

    [Fact]
    public void An_image_for_which_broken_weights_give_no_numbers_is_named()
    {
        using var model = trained.Backbone.WithHead(new LinearHead(["coat", "bag"]));
        using (no_grad()) model.Head.parameters().First().fill_(double.NaN);
        using var classifier = new ImageClassifier(model, CPU);

        Refuses<ArgumentException>(() => classifier.Predict(trained.Files[0]), $"'{trained.Files[0]}' makes the model give NaN*");
        Refuses<ArgumentException>(() => classifier.Predict(trained.Files).ToList(), $"'{trained.Files[0]}' makes the model give NaN*");
        Refuses<ArgumentException>(() => classifier.Predict(Bytes).ToList(), "'image 0' makes the model give NaN*");
        Refuses<ArgumentException>(() => classifier.Score(Bytes[0]), "The image makes the model give NaN*");
    }

    private static void Refuses<TException>(Func<object> act, string message) where TException : Exception =>
        act.Should().Throw<TException>().WithMessage(message);

    private static Func<Task> Awaiting(Func<Task> task) => task;

    private static double Coat(Classification answer) => answer["coat"];

    /// <summary>A context whose one thread is blocked.</summary>
    private sealed class RefusingContext : SynchronizationContext
    {
        public int Posts { get; private set; }

        public override void Post(SendOrPostCallback d, object? state) => Posts++;

        public override void Send(SendOrPostCallback d, object? state) => Posts++;
    }
}
