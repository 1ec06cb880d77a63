using System.Text.Json;

namespace TransferLearning.Vision;

public static partial class VisionBackbones
{
    /// <summary>
    /// Opens a model that <see cref="TransferModel.Save"/> or <see cref="TransferModel.SaveAdapter"/> wrote, to train it further or to
    /// predict;
    /// in evaluation mode. The caller owns it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="kinds">What it may be made of; null (default): the kinds of this library.</param>
    /// <param name="weights">File or folder of the backbone's weights that a saved adapter lacks; null (default): looked for by the
    /// backbone's name.</param>
    /// <param name="progress">Told how far a download is, on a thread of the pool; null (default): nobody.</param>
    /// <param name="cancellationToken">Ends a download, which goes on where it was the next time.</param>
    /// <exception cref="FileNotFoundException">There is no such file, or no place has the weights that it lacks.</exception>
    /// <exception cref="WeightFormatException">The file is damaged, no saved model, or a model on none of these networks.</exception>
    /// <exception cref="WeightMismatchException">The weights do not fit the backbone or the head.</exception>
    /// <exception cref="ArgumentException">The model has a head, objective, metric or adapter of a kind that was not given, or an adapter
    /// was trained on other weights.</exception>
    public static TransferModel OpenModel(
        string path, Kinds? kinds = null, string? weights = null,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var artefact = ModelArtefact.Open(path, kinds);
        var spec = artefact.Input(ImageSpec.Read)
            ?? throw new WeightFormatException(
                path, "does not say how its model wants images. Save it from a backbone whose BackboneInfo.Input is set.");
        if (!Names.Contains(artefact.BackboneId))
            throw new WeightFormatException(
                path, $"holds a model on the backbone '{artefact.BackboneId}', which is none of VisionBackbones. Give that backbone "
                    + "to ModelArtefact.Restore, and the model to the classifier's constructor.");
        var backbone = artefact.Lacks is null
            ? Blank(artefact.BackboneId, spec, artefact.PretrainedWeights)
            : Load(artefact.BackboneId, weights, _ => spec, size: null, options: null, progress, cancellationToken);
        return artefact.Restore(Cut(backbone, artefact.Configuration, path));
    }

    private static VisionBackbone Cut(VisionBackbone backbone, JsonElement? configuration, string path)
    {
        try
        {
            return NetworkCut.Read(configuration).Aggregate(backbone, (whole, cut) => whole.Cut(cut));
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or KeyNotFoundException)
        {
            backbone.Dispose();
            throw new WeightFormatException(path, $"describes its network otherwise than this library does: {error.Message}", error);
        }
    }

    /// <summary>Opens a saved model on a thread of its own.</summary>
    /// <inheritdoc cref="OpenModel"/>
    public static Task<TransferModel> OpenModelAsync(
        string path, Kinds? kinds = null, string? weights = null,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => OpenModel(path, kinds, weights, progress, cancellationToken), cancellationToken);

    /// <summary>The network of a saved model, whose weights are about to be loaded: they hold whatever the memory held.</summary>
    internal static VisionBackbone Blank(string name, ImageSpec input, WeightProvenance? weights)
    {
        var entry = Get(name);
        var network = Build(entry);
        return Owned(network, () =>
        {
            network.FitTo(input, isOfTimm: false);
            return new VisionBackbone(network, Describe(entry, network, input) with { Weights = weights });
        });
    }
}
