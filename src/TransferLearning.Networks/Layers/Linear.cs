using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>A linear layer with torch's names: <c>[..., inputs]</c> in, <c>[..., outputs]</c> out.</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>, IInitializable
{
    private readonly Parameter weight;
    private readonly Parameter? bias;

    /// <summary>A layer without weights yet.</summary>
    public Linear(long inputs, long outputs, bool hasBias = true) : base(nameof(Linear))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        (Inputs, Outputs) = (inputs, outputs);
        weight = Parameters.Blank(outputs, inputs);
        bias = hasBias ? Parameters.Blank(outputs) : null;
        RegisterComponents();
    }

    /// <summary>Size of the last dimension of what goes in.</summary>
    public long Inputs { get; }

    /// <summary>Size of the last dimension of what comes out.</summary>
    public long Outputs { get; }

    /// <summary><c>[outputs, inputs]</c>.</summary>
    public Parameter Weight => weight;

    /// <summary><c>[outputs]</c>; null where there is none.</summary>
    public Parameter? Bias => bias;

    /// <summary>The product alone. The result belongs to the current dispose scope.</summary>
    public override Tensor forward(Tensor x) => Operations.Affine(x, weight, bias);

    /// <summary>The product, then the residual added, then the activation. The result belongs to the current dispose scope.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    public Tensor Call(Tensor x, Activation activation = Activation.None, Tensor? residual = null) =>
        Epilogue.Apply(call(x), residual, activation);

    /// <summary>Draws weight and bias as torch does: uniform within 1 / sqrt(inputs).</summary>
    public void Initialize(Generator? generator = null)
    {
        using var _ = no_grad();
        var bound = 1 / Math.Sqrt(Inputs);
        weight.uniform_(-bound, bound, generator!);
        bias?.uniform_(-bound, bound, generator!);
    }
}
