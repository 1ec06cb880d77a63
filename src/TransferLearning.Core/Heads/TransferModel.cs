using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A backbone with a head for your task: what a trainer trains, and what is saved.</summary>
/// <remarks>
/// Owns the head. Borrows the backbone, except where a loader made both.
/// Prediction is thread-safe; training is not.
/// </remarks>
public sealed partial class TransferModel : IDisposable
{
    private readonly bool _ownsBackbone;

    internal TransferModel(IPretrainedBackbone backbone, IHeadReplacer head, bool ownsBackbone = false)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(head);
        Backbone = backbone;
        Replacer = head;
        Head = head.Build(backbone.Info.FeatureSize);
        _ownsBackbone = ownsBackbone;
    }

    /// <summary>The backbone.</summary>
    public IPretrainedBackbone Backbone { get; }

    /// <summary>What built the head: labels, objective, and which features it reads.</summary>
    public IHeadReplacer Replacer { get; }

    /// <summary>The head's module.</summary>
    public nn.Module<Features, Tensor> Head { get; }

    /// <summary>Names of the outputs in order.</summary>
    public IReadOnlyList<string> Labels => Replacer.Labels;

    /// <summary>
    /// Backbone and head: logits <c>[N, K]</c> for a classification head. Uses the modules' current modes and the
    /// current gradient mode. The result belongs to the current dispose scope.
    /// </summary>
    public Tensor Forward(ModelInput input) => Head.call(Backbone.Extract(input));

    /// <summary>Disposes the head, and the backbone where the model owns it.</summary>
    public void Dispose()
    {
        Head.Dispose();
        if (_ownsBackbone) Backbone.Dispose();
    }
}
