using static TorchSharp.torch;

namespace TransferLearning.Vision;

public sealed partial class ImageClassifier
{
    /// <summary>Whether the network has a map to explain an answer by; asked of it with an empty image.</summary>
    /// <exception cref="ObjectDisposedException">The classifier is disposed.</exception>
    public bool CanExplain
    {
        get
        {
            using var use = _users.Enter();
            using var scope = NewDisposeScope();
            var (backbone, spec) = (_predictor.Model.Backbone, ImageSpec.Of(_predictor.Model.Backbone));
            return GradCam.LastMap(backbone, new TensorSet(zeros(1, RgbImage.Channels, spec.Height, spec.Width, device: _predictor.Device))) is not null;
        }
    }

    /// <summary>Shows where the network looked for an answer: the image as the network sees it with a map over it, by
    /// <see cref="GradCam"/>.</summary>
    /// <param name="path">The image file.</param>
    /// <param name="label">The class to explain; null (default): the likeliest.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ImageFormatException">The file is no image that can be decoded.</exception>
    /// <exception cref="ArgumentException">The network has no map, or there is no such class.</exception>
    /// <exception cref="ObjectDisposedException">The classifier is disposed.</exception>
    public RgbImage Explain(string path, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var spec = ImageSpec.Of(_predictor.Model.Backbone);
        return Explain(ImageDecoder.Decode(path, spec.Decoding), label);
    }

    /// <summary>Shows where the network looked for an answer in a decoded image.</summary>
    /// <inheritdoc cref="Explain(string, string?)"/>
    public RgbImage Explain(RgbImage image, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var use = _users.Enter();
        EvaluationTransform transform = new(ImageSpec.Of(_predictor.Model.Backbone));
        var seen = transform.Apply(image);
        using var scope = NewDisposeScope();
        TensorSet images = new(transform.ToTensor([seen]).to(_predictor.Device));
        label ??= _predictor.Predict(images)[0].Best.Label;
        var output = Labels.Index().Where(one => one.Item == label).Select(one => (int?)one.Index).FirstOrDefault()
            ?? throw new ArgumentException($"There is no class '{label}'; there are: {string.Join(", ", Labels.Take(20))}.", nameof(label));
        return GradCam.Explain(_predictor.Model, images, [output])[0].Over(seen);
    }
}
