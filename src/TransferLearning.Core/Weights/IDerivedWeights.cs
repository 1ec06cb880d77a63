using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A module that in evaluation mode keeps tensors computed from its weights: a folded norm, a packed matrix.</summary>
public interface IDerivedWeights
{
    /// <summary>The weights have other values than before: what was computed from them is to be dropped.</summary>
    void WeightsChanged();
}

/// <summary>Tells modules that their weights have changed.</summary>
public static class DerivedWeights
{
    /// <summary>
    /// To be called after values were written into the parameters or buffers of a module that is in evaluation mode. Loading a file and
    /// going back to a snapshot do; after training it is not needed.
    /// </summary>
    public static void NotifyWeightsChanged(this nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        foreach (var part in module.modules().Append(module).OfType<IDerivedWeights>()) part.WeightsChanged();
    }
}
