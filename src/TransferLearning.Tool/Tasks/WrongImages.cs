using TransferLearning.Reporting;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Tool.Tasks;

/// <summary>The images that a model is most wrong about, with their pictures.</summary>
internal static class WrongImages
{
    private const int Width = 160;

    /// <summary>The most wrong ones of some files that have these classes.</summary>
    public static IEnumerable<ReportExample> Find(
        string model, ImageSpec spec, IReadOnlyList<string> files, IReadOnlyList<string> truths, Device? device,
        CancellationToken cancellation)
    {
        using var classifier = ImageClassifier.Load(model, device, cancellationToken: cancellation);
        var wrong = ReportExample.MostWrong(classifier.Predict(files, cancellation), truths, files);
        foreach (var example in wrong) yield return example with { Pictures = [.. Views(classifier, spec, example)] };
    }

    /// <summary>The image as the network sees it and, where it has maps, where it looked for its answer.</summary>
    private static IEnumerable<ReportPicture> Views(ImageClassifier classifier, ImageSpec spec, ReportExample example)
    {
        yield return new(
            "as the network sees it", Thumbnail(new EvaluationTransform(spec).Apply(ImageDecoder.Decode(example.Name, spec.Decoding))));
        if (classifier.CanExplain)
            yield return new($"what speaks for {example.Answer}", Thumbnail(classifier.Explain(example.Name, example.Answer)));
    }

    private static ReadOnlyMemory<byte> Thumbnail(RgbImage image) =>
        image.Resize(Width, Width * image.Height / image.Width, Interpolation.Bilinear).ToPng();
}
