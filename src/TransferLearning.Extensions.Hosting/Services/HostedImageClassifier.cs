using TransferLearning.Vision;

namespace TransferLearning.Extensions.Hosting;

internal sealed class HostedImageClassifier(ClassifierHost<ImageModel, RgbImage> host) : IImageClassifier
{
    public IReadOnlyList<string> Labels => host.Status.Labels;

    public async Task<Classification> PredictAsync(Stream image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var memory = new MemoryStream();
        await image.CopyToAsync(memory, cancellationToken).ConfigureAwait(false);
        return await PredictAsync(memory.GetBuffer().AsMemory(0, (int)memory.Length), cancellationToken).ConfigureAwait(false);
    }

    public Task<Classification> PredictAsync(ReadOnlyMemory<byte> image, CancellationToken cancellationToken = default) =>
        host.PredictAsync(model => model.Prepare(image.Span), cancellationToken);

    public Task<Classification> PredictAsync(RgbImage image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        return host.PredictAsync(model => model.Prepare(image), cancellationToken);
    }
}
