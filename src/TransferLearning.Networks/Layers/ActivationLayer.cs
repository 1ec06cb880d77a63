using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// An activation as a module, for a <see cref="Sequential"/>: it has no weights and takes a number among the names, as torch's does.
/// </summary>
public sealed class ActivationLayer : nn.Module<Tensor, Tensor>
{
    /// <summary>A module of that activation.</summary>
    public ActivationLayer(Activation activation) : base(nameof(ActivationLayer)) => Activation = activation;

    /// <summary>What it applies.</summary>
    public Activation Activation { get; }

    /// <summary>Applies it. The result belongs to the current dispose scope.</summary>
    public override Tensor forward(Tensor x) => Operations.Activate(x, Activation);
}
