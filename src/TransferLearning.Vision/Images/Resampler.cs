using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace TransferLearning.Vision;

/// <summary>
/// Pillow 13's resize on bytes: one pass along the rows and one along the columns, rounded to bytes in between.
/// Computes only the wanted part of the result, and of the source only what that part needs.
/// </summary>
internal static unsafe class Resampler
{
    private const int Channels = RgbImage.Channels;
    private const int Half = 1 << (ResampleWeights.FractionBits - 1);

    public static RgbImage Resize(RgbImage image, ResizedAxis columns, ResizedAxis rows, Interpolation interpolation)
    {
        var result = new byte[checked(columns.Count * rows.Count * Channels)];
        if (interpolation == Interpolation.Nearest) TakeNearest(image, columns, rows, result);
        else Filter(image, columns, rows, interpolation, result);
        return new(columns.Count, rows.Count, result);
    }

    private static void Filter(RgbImage image, ResizedAxis columns, ResizedAxis rows, Interpolation interpolation, byte[] result)
    {
        var horizontal = new ResampleWeights(image.Width, columns, interpolation);
        var vertical = new ResampleWeights(image.Height, rows, interpolation);
        var stride = image.Width * Channels;
        var source = image.Pixels[(vertical.Start * stride + horizontal.Start * Channels)..];

        // The order of the passes shows in the rounding. Since version 13 Pillow begins with the height where it loses more than twice what
        // the width does.
        var (lostWidth, lostHeight) = (image.Width - columns.Size, image.Height - rows.Size);
        var verticalFirst = lostHeight > 0 && lostHeight > 2 * lostWidth;
        var between = verticalFirst ? horizontal.Length * Channels : horizontal.Count * Channels;
        var buffer = ArrayPool<byte>.Shared.Rent(checked(between * (verticalFirst ? vertical.Count : vertical.Length)));
        if (verticalFirst)
        {
            VerticalPass(source, stride, buffer, between, vertical);
            HorizontalPass(buffer, between, result, vertical.Count, horizontal);
        }
        else
        {
            HorizontalPass(source, stride, buffer, vertical.Length, horizontal);
            VerticalPass(buffer, between, result, between, vertical);
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static void HorizontalPass(ReadOnlySpan<byte> source, int stride, Span<byte> target, int rowCount, ResampleWeights weights)
    {
        // A pixel is read as four bytes: the copy of a row gives the last one a byte behind it.
        var length = weights.Length * Channels;
        var row = ArrayPool<byte>.Shared.Rent(length + 1);
        fixed (byte* pixels = row, output = target)
        {
            var to = output;
            for (var y = 0; y < rowCount; y++)
            {
                source.Slice(y * stride, length).CopyTo(row);
                for (var x = 0; x < weights.Count; x++, to += Channels)
                {
                    var sum = Vector128.Create(Half);
                    var from = pixels + weights.First(x) * Channels;
                    foreach (var weight in weights.Of(x))
                    {
                        sum += Vector128.WidenLower(
                            Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(uint*)from).AsByte())).AsInt32() * weight;
                        from += Channels;
                    }
                    sum = Vector128.Clamp(sum >> ResampleWeights.FractionBits, Vector128<int>.Zero, Vector128.Create(255));
                    (to[0], to[1], to[2]) = ((byte)sum[0], (byte)sum[1], (byte)sum[2]);
                }
            }
        }
        ArrayPool<byte>.Shared.Return(row);
    }

    private static void VerticalPass(ReadOnlySpan<byte> source, int stride, Span<byte> target, int length, ResampleWeights weights)
    {
        fixed (byte* input = source, output = target)
            for (var y = 0; y < weights.Count; y++)
            {
                var from = input + weights.First(y) * stride;
                var to = output + y * length;
                var x = 0;
                for (; x <= length - Vector<byte>.Count; x += Vector<byte>.Count) MixRows(from + x, stride, to + x, weights.Of(y));
                for (; x < length; x++)
                {
                    var sum = Half;
                    var pixel = from + x;
                    foreach (var weight in weights.Of(y))
                    {
                        sum += *pixel * weight;
                        pixel += stride;
                    }
                    to[x] = (byte)Math.Clamp(sum >> ResampleWeights.FractionBits, 0, 255);
                }
            }
    }

    /// <summary>One vector of bytes, each mixed from those below it.</summary>
    private static void MixRows(byte* from, int stride, byte* to, ReadOnlySpan<int> weights)
    {
        Vector<int> a, b, c, d;
        a = b = c = d = new(Half);
        foreach (var weight in weights)
        {
            Vector.Widen(Vector.Load(from), out var low, out var high);
            Vector.Widen(low, out var low0, out var low1);
            Vector.Widen(high, out var high0, out var high1);
            a += Vector.AsVectorInt32(low0) * weight;
            b += Vector.AsVectorInt32(low1) * weight;
            c += Vector.AsVectorInt32(high0) * weight;
            d += Vector.AsVectorInt32(high1) * weight;
            from += stride;
        }
        Vector.Narrow(Vector.Narrow(ToByte(a), ToByte(b)), Vector.Narrow(ToByte(c), ToByte(d))).Store(to);
    }

    private static Vector<uint> ToByte(Vector<int> sum) =>
        Vector.AsVectorUInt32(Vector.Clamp(sum >> ResampleWeights.FractionBits, Vector<int>.Zero, new(255)));

    private static void TakeNearest(RgbImage image, ResizedAxis columns, ResizedAxis rows, Span<byte> result)
    {
        var (xs, ys) = (NearestPixels(image.Width, columns), NearestPixels(image.Height, rows));
        var to = 0;
        foreach (var y in ys)
            foreach (var x in xs)
            {
                image.Pixels.Slice((y * image.Width + x) * Channels, Channels).CopyTo(result[to..]);
                to += Channels;
            }
    }

    /// <summary>Pillow adds the step up instead of multiplying it, and the rounding of that sum decides some pixels.</summary>
    private static int[] NearestPixels(int sourceSize, ResizedAxis axis)
    {
        var step = (double)sourceSize / axis.Size;
        var position = step * 0.5;
        for (long skipped = 0; skipped < axis.Start; skipped++) position += step;
        var pixels = new int[axis.Count];
        for (var i = 0; i < axis.Count; i++, position += step) pixels[i] = Math.Min((int)position, sourceSize - 1);
        return pixels;
    }
}
