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
        using var scope = NewDisposeScope();
        return (pooling switch
        {
            TextPooling.Mean => Features.Average(new ModelInput(hidden, mask)).Pooled,
            TextPooling.First => First(hidden, mask),
            TextPooling.Max => Max(hidden, mask),
            _ => throw new ArgumentOutOfRangeException(nameof(pooling), pooling, "There is no such pooling."),
        }).MoveToOuterDisposeScope();
    }

    private static Tensor First(Tensor hidden, Tensor? mask)
    {
        if (mask is null) return hidden.select(1, 0);
        var first = mask.to_type(ScalarType.Int64).argmax(1).view(-1, 1, 1).expand(-1, 1, hidden.size(2));
        return hidden.gather(1, first).squeeze(1);
    }

    private static Tensor Max(Tensor hidden, Tensor? mask) => mask is null
        ? hidden.amax([1])
        : hidden.masked_fill(mask.unsqueeze(-1).logical_not(), float.NegativeInfinity).amax([1]).masked_fill(mask.any(1, keepdim: true).logical_not(), 0);
}
