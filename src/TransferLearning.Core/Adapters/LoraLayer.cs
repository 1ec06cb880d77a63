using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>LoRA on one module of a backbone: adds to its output while it is attached, or has added to its weight.</summary>
internal sealed class LoraLayer : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _module;
    private readonly double _scale;
    private Action? _detach;
    private Tensor? _original;

    public LoraLayer(nn.Module<Tensor, Tensor> module, LoraMatrices matrices, double scale)
    {
        (_module, Matrices, _scale) = (module, matrices, scale);
        Attach();
    }

    public LoraMatrices Matrices { get; }

    /// <summary>Whether the module was run by <c>call</c> while it was attached.</summary>
    public bool WasCalled { get; private set; }

    /// <summary>Whether the module is a convolution in several groups.</summary>
    public bool IsGrouped => Matrices.Form is ConvolutionForm { Groups: > 1 };

    /// <summary>The module's own bias; null where it has none.</summary>
    public Tensor? Bias => _module.has_parameter("bias") ? _module.get_parameter("bias") : null;

    /// <summary>
    /// Puts it into the module's weight. That is kept to be put back: what is subtracted again leaves its rounding behind.
    /// </summary>
    public void Merge()
    {
        Detach();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var weight = _module.get_parameter("weight")!;
        _original = weight.detach().clone().DetachFromDisposeScope();
        weight.copy_(weight.to(ScalarType.Float32).add(Matrices.Weight(), _scale));
    }

    public void Unmerge()
    {
        using (no_grad()) _module.get_parameter("weight")!.copy_(_original!);
        Forget();
        Attach();
    }

    public void Dispose()
    {
        Detach();
        Forget();
        Matrices.Dispose();
    }

    private void Attach()
    {
        _detach = _module.register_forward_hook(Add).remove;
        Mark(isAdapted: true);
    }

    private void Detach()
    {
        _detach?.Invoke();
        _detach = null;
        Mark(isAdapted: false);
    }

    private void Mark(bool isAdapted)
    {
        if (_module is IAdaptableConvolution convolution) convolution.IsAdapted = isAdapted;
    }

    private void Forget()
    {
        _original?.Dispose();
        _original = null;
    }

    private Tensor Add(nn.Module<Tensor, Tensor> module, Tensor input, Tensor output)
    {
        WasCalled = true;
        using var scope = NewDisposeScope();
        var sum = output.add(Matrices.Apply(input), _scale);
        // Nobody else sees it: what the module's caller gets and disposes is the sum.
        output.Dispose();
        return sum.MoveToOuterDisposeScope();
    }
}
