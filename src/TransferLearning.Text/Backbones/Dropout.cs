using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>
/// Sets values to zero at random while training and scales the others up (Srivastava et al., "Dropout", 2014). Torch draws a number for each
/// value on one thread of the CPU, which takes an eighth of a training step of BERT; this one makes four of 64 bits.
/// </summary>
/// <param name="probability">Share of the values that become zero, in [0, 1); rounded to a multiple of 2^-16 on the CPU.</param>
internal sealed class Dropout(double probability) : Module<Tensor, Tensor>(nameof(Dropout))
{
    private const int Choices = 1 << 16;

    public double Probability => probability;

    public override Tensor forward(Tensor input) => Apply(input, probability, training);

    /// <summary>Drops values of a tensor; where not training the result is the tensor itself. Reproducible by <c>torch.manual_seed</c>.</summary>
    public static Tensor Apply(Tensor input, double probability, bool training)
    {
        if (!training || probability == 0 || input.device_type != DeviceType.CPU || input.dtype != ScalarType.Float32 || input.numel() > int.MaxValue / sizeof(float))
            return functional.dropout(input, probability, training);
        using var factors = Factors(input.shape, (int)Math.Round(probability * Choices));
        return input.mul(factors);
    }

    /// <summary>0 for as many of 65,536 choices, the inverse of the others' share for these.</summary>
    private static Tensor Factors(long[] shape, int dropped)
    {
        using var seed = randint(long.MinValue, long.MaxValue, [1], ScalarType.Int64);
        var random = new SplitMix64((ulong)seed.item<long>());
        var factors = empty(shape, ScalarType.Float32);
        var values = MemoryMarshal.Cast<byte, float>(factors.bytes);
        var scale = (float)Choices / (Choices - dropped);
        for (; values.Length >= 4; values = values[4..])
        {
            var bits = random.NextUInt64();
            values[0] = (ushort)bits < dropped ? 0 : scale;
            values[1] = (ushort)(bits >> 16) < dropped ? 0 : scale;
            values[2] = (ushort)(bits >> 32) < dropped ? 0 : scale;
            values[3] = (ushort)(bits >> 48) < dropped ? 0 : scale;
        }
        var last = random.NextUInt64();
        foreach (ref var value in values)
        {
            value = (ushort)last < dropped ? 0 : scale;
            last >>= 16;
        }
        return factors;
    }
}
