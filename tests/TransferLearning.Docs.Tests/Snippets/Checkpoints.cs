using TransferLearning;
using static TorchSharp.torch;

namespace Snippets;

internal static class Checkpoints
{
    public static TrainingReport Resume(TransferModel model, IDataset train, IDataset validation)
    {
        // snippet: checkpoints
        var options = new TrainerOptions { Epochs = 5, Checkpoints = new CheckpointOptions("runs/flowers") { Resume = true } };
        var report = new Trainer(options, new CosineDecay(warmup: 0.1)).Fit(model, train, validation);
        // end-snippet
        return report;
    }

    // snippet: strategy-state
    /// <summary>Keeps a running mean of the head's weights, and gives the head that mean at the end.</summary>
    public sealed class MeanOfHeads : IFineTuneStrategy
    {
        private Tensor? _sum;
        private double _count;

        public string Description => "mean of heads";

        public void Prepare(TrainingSession session)
        {
            using var _ = no_grad();
            (_sum, _count) = (session.Own(zeros_like(Weight(session)).DetachFromDisposeScope()), 0);
        }

        public void AfterEpoch(TrainingSession session, EpochReport epoch)
        {
            using var _ = no_grad();
            _sum!.add_(Weight(session));
            _count++;
        }

        public void Complete(TrainingSession session)
        {
            using var _ = no_grad();
            using var mean = _sum! / _count;
            Weight(session).copy_(mean);
        }

        public void Save(StrategyState state)
        {
            state.Numbers["count"] = _count;
            state.Tensors["sum"] = _sum!;
        }

        public void Load(StrategyState state)
        {
            _count = state.Numbers["count"];
            _sum!.copy_(state.Tensors["sum"]);
        }

        private static Tensor Weight(TrainingSession session) => session.Head.Parameters[0].Parameter;
    }
    // end-snippet
}
