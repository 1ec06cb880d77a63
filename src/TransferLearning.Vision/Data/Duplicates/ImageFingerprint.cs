using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace TransferLearning.Vision;

/// <summary>
/// What tells pictures apart: a hash of the pixels, one of where a small gray copy becomes brighter from left to right (dHash), and a small
/// copy in colour, since plain pictures have the same dHash.
/// </summary>
internal sealed class ImageFingerprint
{
    /// <summary>Most bits in which nearly identical pictures differ; one less than the bands, so that a band is the same.</summary>
    public const int NearBits = Bands - 1;

    public const int Bands = 4;

    private const int Side = 8, ThumbSide = 16;

    // Of 255: what a second compression changes, and a resize.
    private const double NearColors = 3;

    private readonly byte[] _thumb;
    private readonly ulong _gradients;

    public ImageFingerprint(RgbImage image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([.. BitConverter.GetBytes(image.Width), .. BitConverter.GetBytes(image.Height)]);
        hash.AppendData(image.Pixels);
        Pixels = BinaryPrimitives.ReadUInt128LittleEndian(hash.GetHashAndReset());
        _thumb = [.. image.Resize(ThumbSide, ThumbSide, Interpolation.Bilinear).Pixels];
        _gradients = Gradients(image.Resize(Side + 1, Side, Interpolation.Bilinear).Pixels);
    }

    /// <summary>The same for identical pixels alone.</summary>
    public UInt128 Pixels { get; }

    /// <summary>16 of the 64 bits of the dHash.</summary>
    public ushort Band(int band) => (ushort)(_gradients >> 16 * band);

    public bool IsNear(ImageFingerprint other)
    {
        if (BitOperations.PopCount(_gradients ^ other._gradients) > NearBits) return false;
        var difference = 0;
        for (var i = 0; i < _thumb.Length; i++) difference += Math.Abs(_thumb[i] - other._thumb[i]);
        return difference <= NearColors * _thumb.Length;
    }

    private static ulong Gradients(ReadOnlySpan<byte> pixels)
    {
        var bits = 0UL;
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
            {
                var left = (y * (Side + 1) + x) * RgbImage.Channels;
                bits = bits << 1 | (Brightness(pixels[left..]) < Brightness(pixels[(left + RgbImage.Channels)..]) ? 1UL : 0);
            }
        return bits;
    }

    // ITU-R 601.
    private static int Brightness(ReadOnlySpan<byte> pixel) => 299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2];
}
