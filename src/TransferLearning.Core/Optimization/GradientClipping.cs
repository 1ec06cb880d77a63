using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Scales all gradients so that their common 2-norm is at most a limit (Pascanu et al., 2013), as PyTorch computes it:
/// times min(1, limit / (norm + 1e-6)). Two kernels for all tensors, no wait for a GPU.
/// </summary>
internal sealed class GradientClipping : IDisposable
{
    private readonly TorchScript _script = new("clip", """
        def clip(g: List[Tensor], limit: float) -> int:
            total = torch.norm(torch.stack(torch._foreach_norm(g, 2)))
            torch._foreach_mul_(g, torch.clamp(limit / (total + 1e-6), max=1.0))
            return 0
        """);

    public void Clip(IEnumerable<Parameter> parameters, double limit)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Tensor[] gradients = [.. parameters.Select(Dense).OfType<Tensor>()];
        if (gradients.Length > 0) _script.Invoke(gradients, limit);
    }

    // Sparse gradients have no such kernels.
    private static Tensor? Dense(Parameter parameter)
    {
        if (parameter.grad is { is_sparse: true } sparse) parameter.grad = sparse.to_dense();
        return parameter.grad;
    }

    public void Dispose() => _script.Dispose();
}
