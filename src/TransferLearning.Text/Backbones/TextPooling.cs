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

    /// <summary>
    /// The mean beside the largest values, <c>[N, 2 D]</c>, each scaled to length 1 so that neither outweighs the other: what a linear head
    /// on frozen layers reads best (Howard and Ruder, "Universal language model fine-tuning", 2018: concat pooling).
    /// </summary>
    MeanAndMax,
}

internal static class TextPoolingExtensions
{
    /// <summary>Numbers in the vector of a text, of tokens with D.</summary>
    public static int Size(this TextPooling pooling, int width) => pooling is TextPooling.MeanAndMax ? 2 * width : width;

    /// <summary>Pools <c>[N, T, D]</c> to <c>[N, D]</c> or <c>[N, 2 D]</c> by the mask <c>[N, T]</c>, true where a token is real. The result belongs to the current dispose scope.</summary>
    public static Tensor Pool(this TextPooling pooling, Tensor hidden, Tensor? mask)
    {
        var tokens = new ModelInput(hidden, mask);
        return pooling switch
        {
            TextPooling.Mean => Features.Average(tokens).Pooled,
            TextPooling.First => Features.First(tokens),
            TextPooling.Max => Features.Max(tokens),
            TextPooling.MeanAndMax => SideBySide(Features.Average(tokens).Pooled, Features.Max(tokens)),
            _ => throw new ArgumentOutOfRangeException(nameof(pooling), pooling, "There is no such pooling."),
        };
    }
    private static Tensor SideBySide(Tensor mean, Tensor max)
    {
        using var scope = NewDisposeScope();
        return cat([nn.functional.normalize(mean, 2, 1), nn.functional.normalize(max, 2, 1)], 1).MoveToOuterDisposeScope();
    }
}
