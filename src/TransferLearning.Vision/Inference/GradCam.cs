using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// Where an image network looked: the channels of its last map, each weighted by the mean gradient of the answer, added up, and what is
/// negative left out (Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based localization", 2017).
/// </summary>
public static class GradCam
{
    /// <summary>The map of an answer for each image of a batch. The model's modules stay in their modes; evaluation mode is what is meant.</summary>
    /// <param name="model">The model: its backbone has a layer group whose output is a map <c>[N, D, H, W]</c> of more than one place.</param>
    /// <param name="images"><c>[N, 3, H, W]</c> on the model's device, as the backbone wants them; not disposed.</param>
    /// <param name="outputs">Index of the output to explain, for each image.</param>
    /// <exception cref="ArgumentException">The network has no map, or there is not one output that it has for each image.</exception>
    /// <exception cref="ExternalException">Torch refuses an operation; the message is torch's.</exception>
    public static IReadOnlyList<HeatMap> Explain(TransferModel model, TensorSet images, IReadOnlyList<int> outputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(outputs);
        using var scope = NewDisposeScope();
        var (hidden, stage) = LastMap(model.Backbone, images) ?? throw new ArgumentException(
            $"No layer group of '{model.Backbone.Info.Id}' gives a map [N, D, H, W], so Grad-CAM has nothing to show: take a network of "
            + "convolutions.");
        var axes = model.Backbone is VisionBackbone { ChannelsAreLast: true } ? (Channel: 3, Places: new[] { 1L, 2 }) : (1, [2, 3]);
        using var _ = enable_grad();
        var map = hidden.Values.detach().requires_grad_();
        var logits = model.Head.call(
            model.Replacer.Read(model.Backbone, model.Backbone.Run(hidden.WithValues(map), stage, model.Backbone.LayerGroups.Count))).Values;
        if (logits.dim() != 2 || outputs.Count != logits.shape[0] || outputs.Any(output => output < 0 || output >= logits.shape[1]))
            throw new ArgumentException(
                $"The outputs [{string.Join(", ", logits.shape)}] are explained by one index from 0 to {logits.shape[^1] - 1} for each image; "
                + $"got {string.Join(", ", outputs)}.", nameof(outputs));
        var chosen = logits.gather(1, tensor(outputs.Select(output => (long)output).ToArray(), device: logits.device).unsqueeze(1)).sum();
        var gradient = autograd.grad([chosen], [map])[0];
        using var __ = no_grad();
        var maps = (map * gradient.mean(axes.Places, keepdim: true)).sum(axes.Channel).relu();
        var most = maps.amax([1, 2], keepdim: true);
        return Read(maps / most.clamp_min(float.Epsilon));
    }

    /// <summary>The last map, and the number of layer groups that it took; null where there is none.</summary>
    internal static (TensorSet Map, int Stage)? LastMap(IPretrainedBackbone backbone, TensorSet images)
    {
        using var _ = no_grad();
        var (hidden, found) = (images, default((TensorSet Map, int Stage)?));
        for (var stage = 1; stage <= backbone.LayerGroups.Count; stage++)
        {
            hidden = backbone.Run(hidden, stage - 1, stage);
            if (hidden.Values is { } values && values.dim() == 4 && values.numel() > values.shape[0] * values.shape[1]) found = (hidden, stage);
        }
        return found;
    }

    private static List<HeatMap> Read(Tensor maps)
    {
        var (height, width) = ((int)maps.shape[1], (int)maps.shape[2]);
        var values = MemoryMarshal.Cast<byte, float>(maps.to_type(ScalarType.Float32).cpu().contiguous().bytes).ToArray();
        return [.. values.Chunk(height * width).Select(map => new HeatMap(width, height, map))];
    }
}
