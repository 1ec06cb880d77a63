namespace TransferLearning.Extensions.Hosting;

internal sealed class HostedTextClassifier(ClassifierHost<TextModel, string> host) : ITextClassifier
{
    public IReadOnlyList<string> Labels => host.Status.Labels;

    public Task<Classification> PredictAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return host.PredictAsync(_ => text, cancellationToken);
    }
}
