using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
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

    /// <summary>The Huber loss divided by <see cref="Regression.HuberDelta"/>, PyTorch's smooth L1: beyond the delta its slope is 1.</summary>
    SmoothAbsolute,
}

/// <summary>
/// Values instead of classes: outputs <c>[N, ...]</c> against targets float32 of the same shape, such as <c>[N, K]</c> or what an
/// autoencoder is to give back, or <c>[N]</c> for one output; the loss is the mean over all.
/// </summary>
public sealed record Regression : IObjective
{
    internal const string Name = "regression";

    /// <summary>How far a value is from its target. Default: squared.</summary>
    public RegressionLoss Difference { get; init; }

    /// <summary>Difference up to which the Huber loss and the smooth absolute one are squares; above 0. Default 1.</summary>
    public double HuberDelta { get; init; } = 1;

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public string Description => Difference switch
    {
        RegressionLoss.Squared => "mean squared error",
        RegressionLoss.Absolute => "mean absolute error",
        RegressionLoss.Huber => FormattableString.Invariant($"Huber loss, delta {HuberDelta}"),
        _ => FormattableString.Invariant($"smooth absolute error, a square up to {HuberDelta}"),
    };

    /// <inheritdoc/>
    public JsonObject Settings => Difference switch
    {
        RegressionLoss.Squared => [],
        RegressionLoss.Absolute => new() { ["difference"] = "absolute" },
        RegressionLoss.Huber => new() { ["difference"] = "huber", ["huberDelta"] = HuberDelta },
        _ => new() { ["difference"] = "smooth absolute", ["huberDelta"] = HuberDelta },
    };

    /// <inheritdoc/>
    public IAnswer Answer => new PlainValues();

    /// <inheritdoc/>
    public IReadOnlyList<IMetric> Metrics => [new RegressionMetric()];

    /// <inheritdoc/>
    public Tensor Loss(TensorSet output, TensorSet target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        var (values, truth) = (output.Values, target.Values);
        if (truth.numel() != values.numel() || truth.dim() > 0 && truth.shape[0] != values.shape[0])
            throw new ArgumentException(
                $"Outputs of shape [{string.Join(", ", values.shape)}] cannot be compared with targets of shape "
                + $"[{string.Join(", ", truth.shape)}].");
        using var shaped = truth.reshape(values.shape);
        if (target.Find(TensorNames.Weights) is null) return Compare(values, shaped, nn.Reduction.Mean);
        using var losses = Compare(values, shaped, nn.Reduction.None);
        return ExampleWeights.Mean(losses, target);
    }

    /// <inheritdoc/>
    public void Validate(TensorSet target, int outputs)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!(HuberDelta > 0 && double.IsFinite(HuberDelta))) throw new ArgumentException($"HuberDelta is {HuberDelta}; it is above 0.");
        ExampleWeights.Validate(target);
        using var values = target.Values.contiguous();
        if (values.dtype != ScalarType.Float32 || outputs > 0
            && !(values.dim() == 2 && values.shape[1] == outputs || values.dim() == 1 && outputs == 1))
            throw new ArgumentException(
                "Targets of a regression must be float32 of shape [N, "
                + $"{(outputs > 0 ? outputs : "...")}]{(outputs == 1 ? " or [N]" : "")}; got {values.dtype} of shape "
                + $"[{string.Join(", ", values.shape)}].");
        var numbers = MemoryMarshal.Cast<byte, float>(values.bytes);
        for (var i = 0; i < numbers.Length; i++)
            if (!float.IsFinite(numbers[i]))
                throw new ArgumentException($"A target of example {i / (numbers.Length / target.Count)} of the batch is {numbers[i]}; "
                    + "targets of a regression are finite numbers.");
    }

    internal static Regression Read(JsonObject settings) => new()
    {
        Difference = (string?)settings["difference"] switch
        {
            null => RegressionLoss.Squared,
            "absolute" => RegressionLoss.Absolute,
            "huber" => RegressionLoss.Huber,
            "smooth absolute" => RegressionLoss.SmoothAbsolute,
            var other => throw new System.Text.Json.JsonException($"The difference '{other}' is unknown."),
        },
        HuberDelta = (double?)settings["huberDelta"] ?? 1,
    };

    private Tensor Compare(Tensor values, Tensor truth, nn.Reduction reduction) => Difference switch
    {
        RegressionLoss.Squared => nn.functional.mse_loss(values, truth, reduction),
        RegressionLoss.Absolute => nn.functional.l1_loss(values, truth, reduction),
        RegressionLoss.Huber => nn.functional.huber_loss(values, truth, HuberDelta, reduction),
        _ => nn.functional.smooth_l1_loss(values, truth, reduction, HuberDelta),
    };
}
