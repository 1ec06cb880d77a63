using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>What follows a product of matrices or a convolution: a residual is added, then an activation applied.</summary>
internal static class Epilogue
{
    /// <summary>Of a fresh result, which is written into or disposed.</summary>
    public static Tensor Apply(Tensor fresh, Tensor? residual, Activation activation)
    {
        if (residual is not null) InPlace.Add(fresh, residual);
        var activated = InPlace.Activate(fresh, activation);
        if (!ReferenceEquals(activated, fresh)) fresh.Dispose();
        return activated;
    }
}
