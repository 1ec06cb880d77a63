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
    public sealed class MeanOfHeads : IFineTuneStrategy, IDisposable
    {
        private Tensor? _sum;
        private double _count;

        public string Description => "mean of heads";

        public void Prepare(TrainingSession session)
        {
            Dispose();
            _count = 0;
        }

        public void AfterEpoch(TrainingSession session, EpochReport epoch)
        {
            using var scope = NewDisposeScope();
            var weight = session.Head.Parameters[0].Parameter.detach();
            var sum = _sum is null ? weight.clone() : _sum + weight;
            _sum?.Dispose();
            (_sum, _count) = (sum.DetachFromDisposeScope(), _count + 1);
        }

        public void Complete(TrainingSession session)
        {
            using var _ = no_grad();
            using var mean = _sum! / _count;
            session.Head.Parameters[0].Parameter.copy_(mean);
            Dispose();
        }

        public void Save(StrategyState state)
        {
            state.Numbers["count"] = _count;
            if (_sum is not null) state.Tensors["sum"] = _sum;
        }

        public void Load(StrategyState state)
        {
            _count = state.Numbers["count"];
            if (state.Tensors.TryGetValue("sum", out var saved)) _sum = saved.clone().DetachFromDisposeScope();
        }

        public void Dispose()
        {
            _sum?.Dispose();
            _sum = null;
        }
    }
    // end-snippet
}
