// snippet: own-strategy
using TransferLearning;
// end-snippet

namespace Snippets;

// snippet: own-strategy
/// <summary>
/// Keeps a classifier from being too sure: the loss falls by beta times the entropy of its answers
/// (Pereyra et al., "Regularizing neural networks by penalizing confident output distributions", 2017).
/// </summary>
public sealed class ConfidencePenalty(double beta = 0.1) : IFineTuneStrategy
{
    public string Description => FormattableString.Invariant($"confidence penalty {beta}");

    public void Prepare(TrainingSession session)
    {
        if (!(beta > 0)) throw new ArgumentException($"The weight of the confidence penalty is {beta}; it is above 0.");
    }

    public void Step(TrainingStep step, Action next)
    {
        step.AddLoss(now => (now.Output.Values.softmax(-1) * now.Output.Values.log_softmax(-1)).sum(-1).mean() * beta);
        next();
    }
}
// end-snippet
