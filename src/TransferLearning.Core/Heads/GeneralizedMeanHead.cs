using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A linear layer on the generalised mean over a map's or sequence's positions, mean(x^p)^(1/p) with a learnt p: 1 is the mean, a large one
/// nearly the maximum (GeM: Radenovic, Tolias and Chum, "Fine-tuning CNN image retrieval with no human annotation", 2018). The layer
/// starts at zero. Values below 1e-6 count as that much: it is for features that are not negative. Padded positions do not count.
/// </summary>
public sealed class GeneralizedMeanHead : LabelledHead, IHeadReplacer
{
    internal const string Name = "generalized-mean";
    private const double Least = 1e-6;

    /// <summary>A head on the generalised mean for these classes.</summary>
    /// <param name="labels">Names of the classes in order; at least two (one output is enough for other objectives than cross-entropy), all
    /// different.</param>
    /// <param name="power">p at the start; above 0. Default 3.</param>
    /// <param name="dropout">Share of the pooled features dropped in training, in [0, 1). Default 0.</param>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <exception cref="ArgumentException">A label, the power or the dropout is out of its range.</exception>
    public GeneralizedMeanHead(IReadOnlyList<string> labels, double power = 3, double dropout = 0, IObjective? objective = null)
        : base(labels, objective)
    {
        Power = power > 0 && double.IsFinite(power)
            ? power
            : throw new ArgumentOutOfRangeException(nameof(power), power, "The power is above 0.");
        Dropout = HeadDropout.Check(dropout);
    }

    /// <inheritdoc/>
    public string Kind => Name;

    /// <summary>p at the start; the learnt one is among the weights.</summary>
    public double Power { get; }

    /// <summary>Share of the pooled features dropped in training. It matters for training alone and is not saved.</summary>
    public double Dropout { get; }

    /// <inheritdoc/>
    public TensorSet Read(IPretrainedBackbone backbone, TensorSet hidden) =>
        (backbone ?? throw new ArgumentNullException(nameof(backbone))).Positions(hidden);

    /// <inheritdoc/>
    public nn.Module<TensorSet, TensorSet> Build(int featureSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureSize);
        return new Layer(featureSize, Labels.Count, Power, Dropout);
    }

    internal static GeneralizedMeanHead Read(SavedHead saved) => new(saved.Labels, objective: saved.Objective) { Metrics = saved.Metrics };

    private sealed class Layer : nn.Module<TensorSet, TensorSet>
    {
        private readonly Parameter power;
        private readonly Parameter weight;
        private readonly Parameter bias;
        private readonly Dropout dropout;

        public Layer(int inputs, int outputs, double start, double dropout) : base(nameof(GeneralizedMeanHead))
        {
            power = nn.Parameter(tensor((float)start));
            weight = nn.Parameter(zeros(outputs, inputs));
            bias = nn.Parameter(zeros(outputs));
            this.dropout = new Dropout(dropout);
            RegisterComponents();
        }

        public override TensorSet forward(TensorSet features)
        {
            using var scope = NewDisposeScope();
            var values = features.Values.clamp_min(Least);
            if (features.Mask is { } mask) values = values.masked_fill(mask.logical_not().unsqueeze(-1), Least);
            // By the largest value, so that no power overflows or vanishes.
            var largest = values.amax([1], keepdim: true).detach();
            var mean = Pooling.Mean(features.WithValues((values / largest).pow(power)));
            var pooled = mean.pow(power.reciprocal()) * largest.squeeze(1);
            return nn.functional.linear(dropout.call(pooled), weight, bias).MoveToOuterDisposeScope();
        }
    }
}
