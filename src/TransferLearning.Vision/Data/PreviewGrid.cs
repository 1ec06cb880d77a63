using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>Normalised images beside and below each other, brought back to bytes.</summary>
internal static class PreviewGrid
{
    private const int Channels = RgbImage.Channels, Gap = 2;

    /// <summary>A picture of a batch <c>[N, 3, H, W]</c> on the CPU with so many images in a row, on white.</summary>
    public static RgbImage Of(Tensor images, ImageSpec spec, int columns)
    {
        var (count, height, width) = ((int)images.shape[0], spec.Height, spec.Width);
        columns = Math.Min(columns, count);
        var rows = (count + columns - 1) / columns;
        var stride = (columns * (width + Gap) - Gap) * Channels;
        var pixels = new byte[checked((rows * (height + Gap) - Gap) * stride)];
        Array.Fill(pixels, byte.MaxValue);
        var values = MemoryMarshal.Cast<byte, float>(images.bytes);
        for (var i = 0; i < count; i++)
            for (var channel = 0; channel < Channels; channel++)
            {
                var plane = values.Slice((i * Channels + channel) * height * width, height * width);
                var start = i / columns * (height + Gap) * stride + i % columns * (width + Gap) * Channels + channel;
                for (var at = 0; at < plane.Length; at++)
                    pixels[start + at / width * stride + at % width * Channels] = ToByte(plane[at] * spec.Std[channel] + spec.Mean[channel]);
            }
        return new(stride / Channels, pixels.Length / stride, pixels);
    }

    private static byte ToByte(float value) => (byte)Math.Clamp(MathF.Round(value * 255), 0, 255);
}
