using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TransferLearning.Extensions.Hosting;

/// <summary>Meter and activity source of all classifiers of an application. Without a listener nothing is measured or allocated.</summary>
internal sealed class ClassifierTelemetry : IDisposable
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "TransferLearning";

    private const string ClassifierTag = "transferlearning.classifier", ErrorTag = "error.type", SizeTag = "transferlearning.batch.size";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private static readonly InstrumentAdvice<int> Sizes = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] };

    private readonly ActivitySource _source = new(Name);
    private readonly Meter _meter;
    private readonly Histogram<double> _requestDuration, _queueDuration, _batchDuration;
    private readonly Histogram<int> _batchSize;
    private readonly Counter<long> _examples, _loads;
    private readonly List<(string Classifier, Func<int> Length)> _queues = [];

    public ClassifierTelemetry(IMeterFactory? factory = null)
    {
        _meter = factory?.Create(Name) ?? new Meter(Name);
        _requestDuration = Duration("request", "From a request to its answer.");
        _queueDuration = Duration("queue", "How long a request waited to be computed.");
        _batchDuration = Duration("batch", "How long a batch was computed.");
        _batchSize = _meter.CreateHistogram("transferlearning.batch.size", "{example}", "Requests computed together.", advice: Sizes);
        _examples = _meter.CreateCounter<long>("transferlearning.examples", "{example}", "Examples that were answered.");
        _loads = _meter.CreateCounter<long>("transferlearning.model.loads", "{load}", "Models that were loaded or refused.");
        _meter.CreateObservableUpDownCounter("transferlearning.queue.length", Lengths, "{request}", "Requests that wait to be computed.");
    }

    /// <summary>Observes the length of a classifier's queue from now on.</summary>
    public void Observe(string classifier, Func<int> length)
    {
        lock (_queues) _queues.Add((classifier, length));
    }

    public Activity? StartRequest(string classifier) => _source.StartActivity("predict")?.SetTag(ClassifierTag, classifier);

    public void EndRequest(string classifier, Activity? activity, long started, Exception? error)
    {
        if (error is not null) activity?.SetStatus(ActivityStatusCode.Error, error.Message).SetTag(ErrorTag, error.GetType().FullName);
        activity?.Dispose();
        if (_requestDuration.Enabled) _requestDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, Tags(classifier, error));
    }

    /// <summary>Whether somebody listens to spans.</summary>
    public bool IsTraced => _source.HasListeners();

    /// <summary>A batch belongs to several requests, which it links to.</summary>
    public Activity? StartBatch(string classifier, int size, IEnumerable<ActivityContext?> requests) => _source.StartActivity(
        "batch", ActivityKind.Internal, default(ActivityContext), [new(ClassifierTag, classifier), new(SizeTag, size)],
        requests.OfType<ActivityContext>().Select(request => new ActivityLink(request)));

    public void Waited(string classifier, long since)
    {
        if (_queueDuration.Enabled) _queueDuration.Record(Stopwatch.GetElapsedTime(since).TotalSeconds, Tags(classifier));
    }

    public void EndBatch(string classifier, int size, double seconds, Exception? error)
    {
        if (_batchDuration.Enabled) _batchDuration.Record(seconds, Tags(classifier, error));
        if (_batchSize.Enabled) _batchSize.Record(size, Tags(classifier));
        if (error is null && _examples.Enabled) _examples.Add(size, Tags(classifier));
    }

    public Activity? StartLoad(string classifier) => _source.StartActivity("load")?.SetTag(ClassifierTag, classifier);

    public void EndLoad(string classifier, Activity? activity, Exception? error)
    {
        if (error is not null) activity?.SetStatus(ActivityStatusCode.Error, error.Message).SetTag(ErrorTag, error.GetType().FullName);
        activity?.Dispose();
        if (_loads.Enabled) _loads.Add(1, Tags(classifier, error));
    }

    public void Dispose()
    {
        _meter.Dispose();
        _source.Dispose();
    }

    private Histogram<double> Duration(string of, string description) =>
        _meter.CreateHistogram($"transferlearning.{of}.duration", "s", description, advice: Seconds);

    private static TagList Tags(string classifier, Exception? error = null)
    {
        TagList tags = new() { { ClassifierTag, classifier } };
        if (error is not null) tags.Add(ErrorTag, error.GetType().FullName);
        return tags;
    }

    private IEnumerable<Measurement<int>> Lengths()
    {
        lock (_queues)
            return [.. _queues.Select(queue => new Measurement<int>(queue.Length(), new TagList { { ClassifierTag, queue.Classifier } }))];
    }
}
