using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// Maps <c>[N, C, H, W]</c> of which the channels of a pixel lie side by side in memory. The values and the shape are the same.
/// On the CPU depthwise convolutions take half the time, and 1x1 convolutions are matrix products.
/// </summary>
internal static class ChannelsLast
{
    /// <summary>The tensor laid out so: an alias where it is already, or is not on the CPU, else a copy. Belongs to the current dispose scope.</summary>
    public static Tensor Of(Tensor map)
    {
        if (map.device_type != DeviceType.CPU) return map.alias();
        using var pixels = map.permute(0, 2, 3, 1);
        using var contiguous = pixels.contiguous();
        return contiguous.permute(0, 3, 1, 2);
    }
}
