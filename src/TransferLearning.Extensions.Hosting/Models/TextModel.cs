using TransferLearning.Text;

namespace TransferLearning.Extensions.Hosting;

/// <summary>A text model.</summary>
internal sealed class TextModel(string path, ClassifierServiceOptions options) : IServedModel<string>
{
    private readonly TextClassifier _classifier = TextClassifier.Load(path, options.Device, options.Kinds);

    public IReadOnlyList<string> Labels => _classifier.Labels;

    public string Trial => "trial";

    public IReadOnlyList<Classification> Predict(IReadOnlyList<string> examples) => [.. _classifier.Predict(examples)];

    public void Dispose() => _classifier.Dispose();
}
