using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TransferLearning.Extensions.Hosting.Tests.Telemetry;

public sealed class ClassifierTelemetryTests : IDisposable
{
    private readonly ClassifierTelemetry _telemetry = new();
    private readonly StubModel _model = new();
    private readonly BatchQueue<StubModel, int> _queue;

    public ClassifierTelemetryTests() => _queue = new BatchQueue<StubModel, int>("stub", new(), _telemetry);

    public void Dispose()
    {
        _model.Open.Set();
        _queue.Dispose();
        _telemetry.Dispose();
    }

    [Fact]
    public async Task What_is_measured_has_units_and_says_which_classifier()
    {
        ConcurrentDictionary<string, (string? Unit, double Sum, int Count)> seen = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "TransferLearning") listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();

        _model.Open.Reset();
        var first = Ask(0);
        await _model.StartedAsync();
        Task<Classification>[] others = [Ask(1), Ask(2)];
        listener.RecordObservableInstruments();
        _model.Open.Set();
        await Task.WhenAll([first, .. others]);
        await _queue.StopAsync(default);

        seen["transferlearning.queue.length"].Should().Be(("{request}", 2, 1));
        seen["transferlearning.batch.size"].Should().Be(("{example}", 3, 2));
        seen["transferlearning.examples"].Should().Be(("{example}", 3, 2));
        foreach (var (name, count) in new[] { ("transferlearning.batch.duration", 2), ("transferlearning.queue.duration", 3) })
        {
            (seen[name].Unit, seen[name].Count).Should().Be(("s", count));
            seen[name].Sum.Should().BePositive();
        }

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.Length != 1 || tags[0] is not { Key: "transferlearning.classifier", Value: "stub" }) return;
            seen.AddOrUpdate(
                instrument.Name, (instrument.Unit, value, 1), (_, before) => (before.Unit, before.Sum + value, before.Count + 1));
        }
    }

    [Fact]
    public async Task Requests_and_loads_are_counted_with_their_errors()
    {
        using var loads = new ClassifierTelemetry();
        ConcurrentQueue<(string Name, string? Error)> seen = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) => listening.EnableMeasurementEvents(instrument),
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => seen.Enqueue((instrument.Name, Error(tags))));
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => seen.Enqueue((instrument.Name, Error(tags))));
        listener.Start();

        loads.EndRequest("stub", null, Stopwatch.GetTimestamp(), new ArgumentException("bad"));
        loads.EndRequest("stub", null, Stopwatch.GetTimestamp(), null);
        loads.EndLoad("stub", null, new WeightFormatException("file", "is damaged."));
        await Ask(StubModel.Bad).Awaiting(task => task).Should().ThrowAsync<ArgumentException>();
        await _queue.StopAsync(default);

        seen.Should().Contain([
            ("transferlearning.request.duration", "System.ArgumentException"), ("transferlearning.request.duration", null),
            ("transferlearning.model.loads", "TransferLearning.WeightFormatException"),
            ("transferlearning.batch.duration", "System.ArgumentException")]);

        static string? Error(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
                if (tag.Key == "error.type") return (string?)tag.Value;
            return null;
        }
    }

    [Fact]
    public async Task A_batch_links_to_the_requests_that_it_answers()
    {
        ConcurrentQueue<Activity> ended = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "TransferLearning",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        var request = _telemetry.StartRequest("stub");
        request!.OperationName.Should().Be("predict");
        await Ask(1);
        _telemetry.EndRequest("stub", request, Stopwatch.GetTimestamp(), new ArgumentException("bad"));
        await _queue.StopAsync(default);

        var batch = ended.Single(activity => activity.OperationName == "batch");
        batch.Links.Should().ContainSingle().Which.Context.Should().Be(request.Context);
        batch.GetTagItem("transferlearning.classifier").Should().Be("stub");
        batch.GetTagItem("transferlearning.batch.size").Should().Be(1);
        request.Status.Should().Be(ActivityStatusCode.Error);
        request.GetTagItem("error.type").Should().Be("System.ArgumentException");
    }

    [Fact]
    public void Nothing_is_allocated_without_a_listener()
    {
        Measure();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Measure();
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);

        void Measure()
        {
            for (var i = 0; i < 100; i++)
            {
                var started = Stopwatch.GetTimestamp();
                var request = _telemetry.StartRequest("stub");
                _telemetry.Waited("stub", started);
                if (_telemetry.IsTraced) throw new InvalidOperationException("Somebody listens.");
                _telemetry.EndBatch("stub", 2, 0.1, null);
                _telemetry.EndRequest("stub", request, started, null);
            }
        }
    }

    private Task<Classification> Ask(int example) => _queue.PredictAsync(_model, example, isTrial: false, default);
}
