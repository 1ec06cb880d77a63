using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>How the vectors of a text's tokens become one.</summary>
public enum TextPooling
{
    /// <summary>The mean of the real tokens; zeros where there are none.</summary>
    Mean,

    /// <summary>
    /// The first real token, which many networks were pretrained to sum up the text with (<c>[CLS]</c>, <c>&lt;s&gt;</c>).
    /// </summary>
    First,

    /// <summary>The largest value of the real tokens in each column; zeros where there are none.</summary>
    Max,
}

internal static class TextPoolingExtensions
{
    /// <summary>Pools tokens <c>[N, T, D]</c> to <c>[N, D]</c>. The result belongs to the current dispose scope.</summary>
    public static Tensor Pool(this TextPooling pooling, TensorSet tokens) => pooling switch
    {
        TextPooling.Mean => Pooling.Mean(tokens),
        TextPooling.First => Pooling.First(tokens),
        TextPooling.Max => Pooling.Max(tokens),
        _ => throw new ArgumentOutOfRangeException(nameof(pooling), pooling, "There is no such pooling."),
    };
}
