// snippet: own-strategy
using TransferLearning;
// end-snippet

namespace Snippets;

// snippet: own-strategy
/// <summary>
/// Learning rates that fall from the head to the input, each layer group at a fixed share of the one after it
/// (Howard and Ruder, "Universal language model fine-tuning", 2018).
/// </summary>
public sealed class LayerwiseDecay(double factor) : IFineTuneStrategy
{
    public string Description => FormattableString.Invariant($"layer-wise decay {factor}");

    public void Prepare(TrainingSession session)
    {
        if (factor is not (> 0 and <= 1)) throw new ArgumentException($"The factor of layer-wise decay is {factor}; it lies above 0 and up to 1.");
        var rate = 1.0;
        foreach (var group in session.BackboneGroups.Reverse()) group.LearningRateFactor = rate *= factor;
    }
}
// end-snippet
