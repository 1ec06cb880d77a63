using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Vision;

namespace TransferLearning.Benchmarks;

/// <summary>
/// The sample web service on ONNX Runtime: the same decoding, resizing and answers. Images are computed one by one, as many at a time as
/// there are
/// processors on one thread each; or those that wait in one batch on all threads.
/// </summary>
internal sealed class OnnxService : IDisposable
{
    private const int MaxBatch = 16;

    private readonly InferenceSession _session;
    private readonly EvaluationTransform _transform;
    private readonly IReadOnlyList<string> _labels;
    private readonly RunOptions _options = new();
    private readonly SemaphoreSlim _processors = new(Environment.ProcessorCount);
    private readonly Channel<Request> _queue = Channel.CreateUnbounded<Request>();

    private OnnxService(string network, bool inBatches)
    {
        using var backbone = VisionBackbones.Load("efficientnet_lite0");
        (_transform, _labels) = (new EvaluationTransform((ImageSpec)backbone.Info.Input!), backbone.Info.Labels);
        using var options = new Microsoft.ML.OnnxRuntime.SessionOptions { IntraOpNumThreads = inBatches ? Environment.ProcessorCount : 1 };
        // Threads that spin while they wait take the processors from those that decode.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(network, options);
        if (inBatches) _ = Task.Factory.StartNew(ComputeBatches, TaskCreationOptions.LongRunning);
    }

    public static int Run(string network, string mode)
    {
        var builder = WebApplication.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        var app = builder.Build();
        using var service = new OnnxService(network, mode == "batches");
        app.MapPost("/predict/image", async (Stream photograph) =>
        {
            using var memory = new MemoryStream();
            await photograph.CopyToAsync(memory);
            return await service.Predict(memory, mode == "batches");
        });
        app.Run();
        return 0;
    }

    /// <summary>The scores of images that <see cref="EvaluationTransform.Apply"/> has prepared.</summary>
    public static float[] Scores(string network, EvaluationTransform transform, RgbImage image)
    {
        using var service = new OnnxService(network, inBatches: false);
        return service.Compute([transform.Apply(image)])[0];
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
        _processors.Dispose();
    }

    private async Task<IEnumerable<Prediction>> Predict(MemoryStream file, bool inBatches)
    {
        var answer = new TaskCompletionSource<float[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _processors.WaitAsync();
        try
        {
            var image = _transform.Apply(ImageDecoder.Decode(file.GetBuffer().AsSpan(0, (int)file.Length)));
            if (inBatches) _queue.Writer.TryWrite(new(image, answer));
            else answer.SetResult(Compute([image])[0]);
        }
        finally
        {
            _processors.Release();
        }
        var scores = await answer.Task;
        var highest = scores.Max();
        var exponentials = scores.Select(score => Math.Exp(score - highest)).ToArray();
        var sum = exponentials.Sum();
        return _labels.Zip(exponentials, (label, value) => new Prediction(label, value / sum))
            .OrderByDescending(prediction => prediction.Probability).Take(5);
    }

    private async Task ComputeBatches()
    {
        List<Request> batch = [];
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var request)) batch.Add(request);
            var all = Compute([.. batch.Select(request => request.Image)]);
            foreach (var (request, scores) in batch.Zip(all)) request.Answer.SetResult(scores);
        }
    }

    private float[][] Compute(RgbImage[] images)
    {
        using var values = _transform.ToTensor(images);
        using var input = OrtValue.CreateTensorValueFromMemory(values.data<float>().ToArray(), values.shape);
        using var outputs = _session.Run(_options, [OnnxEfficientNetLite0.Input], [input], [OnnxEfficientNetLite0.Output]);
        return [.. outputs[0].GetTensorDataAsSpan<float>().ToArray().Chunk(_labels.Count)];
    }

    private sealed record Request(RgbImage Image, TaskCompletionSource<float[]> Answer);
}
