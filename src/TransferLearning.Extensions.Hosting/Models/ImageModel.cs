using TransferLearning.Vision;

namespace TransferLearning.Extensions.Hosting;

/// <summary>An image model: decoding and resizing apart from the computation, so that they need not wait for it.</summary>
internal sealed class ImageModel : IServedModel<RgbImage>
{
    private readonly Predictor _predictor;
    private readonly EvaluationTransform _transform;
    private readonly ImageDecodeOptions _decoding;

    public ImageModel(string path, ClassifierServiceOptions options)
    {
        var model = VisionBackbones.OpenModel(path, options.Kinds);
        _predictor = new Predictor(model, options.Device);
        _transform = new EvaluationTransform((ImageSpec)model.Backbone.Info.Input!);
        _decoding = _transform.Spec.Decoding with { MaxPixels = Math.Min(options.MaxPixels, _transform.Spec.Decoding.MaxPixels) };
    }

    public IReadOnlyList<string> Labels => _predictor.Model.Labels;

    public RgbImage Trial => Prepare(new RgbImage(1, 1, [127, 127, 127]));

    public RgbImage Prepare(ReadOnlySpan<byte> image) => Prepare(ImageDecoder.Decode(image, _decoding));

    public RgbImage Prepare(RgbImage image) => _transform.Apply(image);

    public IReadOnlyList<Classification> Predict(IReadOnlyList<RgbImage> examples)
    {
        using var values = _transform.ToTensor(examples);
        return _predictor.Predict(new TensorSet(values));
    }

    public void Dispose() => _predictor.Dispose();
}
