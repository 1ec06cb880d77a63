using System.Runtime.CompilerServices;

namespace TransferLearning.Vision;

/// <summary>From images of any form to answers: read, decoded, brought to the input's size, and asked about, alone or in batches.
/// Thread-safe.</summary>
/// <param name="spec">How the backbone wants images.</param>
/// <param name="users">Counts who uses the network.</param>
/// <param name="ask">Answers a batch; it is told how an image is called in messages.</param>
/// <param name="views">How many views of an image are asked about.</param>
/// <param name="mean">The answer of several views.</param>
internal sealed class ImagePipeline<T>(
    ImageSpec spec, SharedResource users, Func<TensorSet, Func<int, string>, IReadOnlyList<T>> ask, TestViews views,
    Func<IReadOnlyList<T>, T> mean)
{
    private const int BatchSize = 32;

    private readonly EvaluationTransform _transform = new(spec);

    public T Run(string path) => Run(ImageDecoder.Decode(path, spec.Decoding), $"'{path}'");

    public T Run(Stream image) => Run(ImageDecoder.Decode(image, spec.Decoding));

    public T Run(ReadOnlySpan<byte> image) => Run(ImageDecoder.Decode(image, spec.Decoding));

    public T Run(RgbImage image, string name = "The image")
    {
        using var use = users.Enter();
        return Ask([_transform.Views(image, views)], _ => name)[0];
    }

    public Task<T> RunAsync(string path, CancellationToken cancellation) =>
        RunAsync(() => ImageDecoder.DecodeAsync(path, spec.Decoding, cancellation), $"'{path}'", cancellation);

    public Task<T> RunAsync(Stream image, CancellationToken cancellation) =>
        RunAsync(() => ImageDecoder.DecodeAsync(image, spec.Decoding, cancellation), "The image", cancellation);

    public Task<T> RunAsync(ReadOnlyMemory<byte> image, CancellationToken cancellation) =>
        RunAsync(() => Task.Run(() => ImageDecoder.Decode(image.Span, spec.Decoding), cancellation), "The image", cancellation);

    public IEnumerable<T> Run(IEnumerable<string> paths, CancellationToken cancellation) =>
        Run(Examples(paths, ImageExample.OfFile), cancellation);

    public IEnumerable<T> Run(IEnumerable<byte[]> images, CancellationToken cancellation) =>
        Run(Examples(images, ImageExample.OfBytes), cancellation);

    public IEnumerable<T> Run(IEnumerable<Stream> images, CancellationToken cancellation) =>
        Run(Examples(images, (image, i) => ImageExample.OfBytes(ImageDecoder.Read(image), i)), cancellation);

    public IEnumerable<T> Run(IEnumerable<RgbImage> images, CancellationToken cancellation) =>
        Run(Examples(images, ImageExample.OfImage), cancellation);

    public IAsyncEnumerable<T> RunAsync(IEnumerable<string> paths, CancellationToken cancellation) =>
        RunAsync(Examples(paths, ImageExample.OfFile).ToAsyncEnumerable(), cancellation);

    public IAsyncEnumerable<T> RunAsync(IEnumerable<byte[]> images, CancellationToken cancellation) =>
        RunAsync(Examples(images, ImageExample.OfBytes).ToAsyncEnumerable(), cancellation);

    public IAsyncEnumerable<T> RunAsync(IEnumerable<Stream> images, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(images);
        return RunAsync(images.ToAsyncEnumerable(), cancellation);
    }

    // One stream after the other: they may be parts of one archive or request.
    public IAsyncEnumerable<T> RunAsync(IAsyncEnumerable<Stream> images, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(images);
        return RunAsync(images.Select(ReadAsync), cancellation);

        static async ValueTask<ImageExample> ReadAsync(Stream image, int position, CancellationToken stop) =>
            ImageExample.OfBytes(await ImageDecoder.ReadAsync(image, stop).ConfigureAwait(false), position);
    }

    private static IEnumerable<ImageExample> Examples<TSource>(IEnumerable<TSource> images, Func<TSource, int, ImageExample> example)
    {
        ArgumentNullException.ThrowIfNull(images);
        return images.Select(example);
    }

    private async Task<T> RunAsync(Func<Task<RgbImage>> decode, string name, CancellationToken cancellation)
    {
        using var use = users.Enter();
        var image = await decode().ConfigureAwait(false);
        return (await Task.Run(() => Ask([_transform.Views(image, views)], _ => name), cancellation).ConfigureAwait(false))[0];
    }

    private IEnumerable<T> Run(IEnumerable<ImageExample> images, CancellationToken cancellation)
    {
        using var use = users.Enter();
        foreach (var batch in images.Chunk(BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var answer in Ask(PrepareAsync(batch).GetAwaiter().GetResult(), Names(batch))) yield return answer;
        }
    }

    private async IAsyncEnumerable<T> RunAsync(
        IAsyncEnumerable<ImageExample> images, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var use = users.Enter();
        await foreach (var batch in images.Chunk(BatchSize).WithCancellation(cancellation).ConfigureAwait(false))
        {
            cancellation.ThrowIfCancellationRequested();
            var prepared = await PrepareAsync(batch).ConfigureAwait(false);
            var answers = await Task.Run(() => Ask(prepared, Names(batch)), cancellation).ConfigureAwait(false);
            foreach (var answer in answers) yield return answer;
        }
    }

    private static Func<int, string> Names(ImageExample[] batch) => i => $"'{batch[i].Name}'";

    // Tasks, since a parallel loop would wrap the exception that names the broken file. Each keeps the small image only.
    private Task<IReadOnlyList<RgbImage>[]> PrepareAsync(ImageExample[] batch) =>
        Task.WhenAll(batch.Select(image => Task.Run(() => _transform.Views(image.Open(spec.Decoding), views))));

    private IReadOnlyList<T> Ask(IReadOnlyList<RgbImage>[] images, Func<int, string> describe)
    {
        var each = images[0].Count;
        using var values = _transform.ToTensor([.. images.SelectMany(image => image)]);
        var answers = ask(new TensorSet(values), i => describe(i / each));
        return each == 1 ? answers : [.. answers.Chunk(each).Select(mean)];
    }
}
