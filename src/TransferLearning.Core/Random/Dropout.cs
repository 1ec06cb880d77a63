using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Sets a share of the values to zero while it trains and scales the others up, so that the mean stays (Srivastava et al., "Dropout",
/// 2014). It draws from its run's own numbers, and on the CPU makes four choices of each, an eighth of the time of torch's: a probability
/// is rounded to a multiple of 2^-16.
/// </summary>
public sealed class Dropout : nn.Module<Tensor, Tensor>, IRandomModule
{
    private const int Choices = 1 << 16;

    /// <summary>A layer that drops that share of the values, in [0, 1).</summary>
    public Dropout(double probability) : base(nameof(Dropout)) => Probability = probability is >= 0 and < 1
        ? probability
        : throw new ArgumentOutOfRangeException(
            nameof(probability), probability, "The share of values that are dropped is from 0 to below 1.");

    /// <summary>Share of the values that are dropped.</summary>
    public double Probability { get; }

    /// <inheritdoc/>
    public RandomSource? Random { get; set; }

    /// <summary>
    /// The values with some dropped, of the same shape; an alias of them where nothing is. The result belongs to the current dispose scope.
    /// </summary>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!training || Probability == 0) return input.alias();
        using var factors = input.device_type == DeviceType.CPU && input.dtype == ScalarType.Float32
            && input.numel() <= int.MaxValue / sizeof(float)
            ? Choose(input.shape) : Draw(input);
        return input.mul(factors);
    }

    private Tensor Draw(Tensor input)
    {
        using var generator = new Generator(this.NextUInt64(), input.device);
        using var scope = NewDisposeScope();
        return empty_like(input).bernoulli_(1 - Probability, generator).div_(1 - Probability).MoveToOuterDisposeScope();
    }

    private Tensor Choose(long[] shape)
    {
        var dropped = (int)Math.Round(Probability * Choices);
        var random = new SplitMix64(this.NextUInt64());
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
