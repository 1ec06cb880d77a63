using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>How far a value is from its target.</summary>
public enum RegressionLoss
{
    /// <summary>The square of the difference.</summary>
    Squared,

    /// <summary>The difference without its sign: outliers count less.</summary>
    Absolute,

    /// <summary>Half the square up to <see cref="Regression.HuberDelta"/>, beyond it linear (Huber, 1964).</summary>
    Huber,
}

/// <summary>Values instead of classes: outputs <c>[N, K]</c> against targets <c>[N, K]</c> float32, or <c>[N]</c> for one output; the loss is the mean over all.</summary>
public sealed record Regression : IObjective
{
    /// <summary>How far a value is from its target. Default: squared.</summary>
    public RegressionLoss Difference { get; init; }

    /// <summary>Difference up to which the Huber loss is a square; above 0. Default 1.</summary>
    public double HuberDelta { get; init; } = 1;

    /// <inheritdoc/>
    public string Name => Difference switch
    {
        RegressionLoss.Squared => "mean squared error",
        RegressionLoss.Absolute => "mean absolute error",
        _ => FormattableString.Invariant($"Huber loss, delta {HuberDelta}"),
    };

    /// <inheritdoc/>
    public Tensor Loss(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        if (target.numel() != output.numel() || target.dim() > 0 && target.shape[0] != output.shape[0])
            throw new ArgumentException($"Outputs of shape [{string.Join(", ", output.shape)}] cannot be compared with targets of shape [{string.Join(", ", target.shape)}].");
        using var shaped = target.reshape(output.shape);
        return Difference switch
        {
            RegressionLoss.Squared => nn.functional.mse_loss(output, shaped),
            RegressionLoss.Absolute => nn.functional.l1_loss(output, shaped),
            _ => nn.functional.huber_loss(output, shaped, HuberDelta),
        };
    }

    /// <summary>There are none.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Tensor Probabilities(Tensor output) => throw new NotSupportedException("A regression gives values and no probabilities: ask Predictor.Score for them.");

    /// <inheritdoc/>
    public void Validate(Tensor target, int outputs)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!(HuberDelta > 0 && double.IsFinite(HuberDelta))) throw new ArgumentException($"HuberDelta is {HuberDelta}; it is above 0.");
        if (target.dtype != ScalarType.Float32 || !(target.dim() == 2 && target.shape[1] == outputs || target.dim() == 1 && outputs == 1))
            throw new ArgumentException(
                $"Targets of a regression must be float32 of shape [N, {outputs}]{(outputs == 1 ? " or [N]" : "")}; got {target.dtype} of shape [{string.Join(", ", target.shape)}].");
        using var values = target.contiguous();
        foreach (var value in MemoryMarshal.Cast<byte, float>(values.bytes))
            if (!float.IsFinite(value)) throw new ArgumentException($"A target is {value}; targets of a regression are finite numbers.");
    }

    /// <inheritdoc/>
    public IMetric CreateMetric(IReadOnlyList<string> labels) => new RegressionMetric(labels);
}
