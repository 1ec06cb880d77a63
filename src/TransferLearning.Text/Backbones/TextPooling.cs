using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>How the vectors of a text's tokens become one.</summary>
public enum TextPooling
{
    /// <summary>The mean of the real tokens; zeros where there are none.</summary>
    Mean,

    /// <summary>The first real token, which many networks were pretrained to sum up the text with (<c>[CLS]</c>, <c>&lt;s&gt;</c>).</summary>
    First,

    /// <summary>The largest value of the real tokens in each column; zeros where there are none.</summary>
    Max,
}

internal static class TextPoolingExtensions
{
    /// <summary>Pools <c>[N, T, D]</c> to <c>[N, D]</c> by the mask <c>[N, T]</c>, true where a token is real. The result belongs to the current dispose scope.</summary>
    public static Tensor Pool(this TextPooling pooling, Tensor hidden, Tensor? mask)
    {
        var tokens = new TensorSet(hidden, mask);
        return pooling switch
        {
            TextPooling.Mean => Features.Average(tokens).Pooled,
            TextPooling.First => Features.First(tokens),
            TextPooling.Max => Features.Max(tokens),
            _ => throw new ArgumentOutOfRangeException(nameof(pooling), pooling, "There is no such pooling."),
        };
    }
}
