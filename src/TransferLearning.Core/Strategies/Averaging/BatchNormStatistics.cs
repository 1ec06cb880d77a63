using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// The statistics that batch norms need for weights that were put into a model: the mean over all batches of those of each, as PyTorch's
/// update_bn computes it.
/// </summary>
internal static class BatchNormStatistics
{
    /// <summary>Computes those of the norms that are trained; nothing happens without any.</summary>
    public static void Compute(TrainingSession session)
    {
        session.EnterTraining();
        using var run = NewDisposeScope();
        var norms = session.Model.AllModules.Where(module => module.training).Select(Norm.Of).OfType<Norm>().ToList();
        if (norms.Count == 0) return;
        using var _ = no_grad();
        var batches = 0;
        session.SeedRandom();
        try
        {
            foreach (var batch in session.TrainingBatches())
            {
                using var scope = NewDisposeScope();
                using (batch)
                {
                    foreach (var norm in norms) norm.Start();
                    session.Model.ForwardFrom(batch.Input, session.Stage);
                    foreach (var norm in norms) norm.Add();
                    if (batches++ > 0) continue;
                    // The same batch once more, without a new start and with the same dropout, tells how far one batch moves the averages.
                    session.SeedRandom();
                    session.Model.ForwardFrom(batch.Input, session.Stage);
                    foreach (var norm in norms) norm.TellMomentum();
                }
            }
        }
        catch
        {
            foreach (var norm in norms) norm.Restore();
            throw;
        }
        foreach (var norm in norms) norm.Finish(batches);
    }

    /// <summary>
    /// A batch norm of whatever class: after a start from zero its running statistics are momentum times those of the batch.
    /// </summary>
    private sealed class Norm(Tensor mean, Tensor variance, Tensor? count)
    {
        private readonly Tensor _means = zeros_like(mean), _variances = zeros_like(variance);
        private readonly Tensor _meanBefore = mean.clone(), _varianceBefore = variance.clone();
        private readonly Tensor? _countBefore = count?.clone();
        // Of the first batch alone.
        private Tensor? _first;
        private double _momentum = 1;

        public static Norm? Of(nn.Module module)
        {
            var buffers = module.named_buffers(recurse: false).ToDictionary(buffer => buffer.name, buffer => buffer.buffer);
            return buffers.TryGetValue("running_mean", out var mean) && buffers.TryGetValue("running_var", out var variance)
                ? new(mean, variance, buffers.GetValueOrDefault("num_batches_tracked"))
                : null;
        }

        public void Start()
        {
            mean.zero_();
            variance.zero_();
            count?.zero_();
        }

        public void Add()
        {
            _means.add_(mean);
            _variances.add_(variance);
            _first ??= variance.clone();
        }

        /// <summary>v1 = m b and v2 = (1 - m) v1 + m b, so that m = 2 - v2 / v1.</summary>
        public void TellMomentum()
        {
            var (first, second) = (
                _first!.to_type(ScalarType.Float64).sum().item<double>(), variance.to_type(ScalarType.Float64).sum().item<double>());
            if (first > 0) _momentum = 2 - second / first;
        }

        /// <summary>What there was before, where the pass over the examples has no end.</summary>
        public void Restore()
        {
            mean.copy_(_meanBefore);
            variance.copy_(_varianceBefore);
            count?.copy_(_countBefore!);
        }

        public void Finish(int batches)
        {
            mean.copy_(_means / (_momentum * batches));
            variance.copy_(_variances / (_momentum * batches));
            count?.fill_(batches);
        }
    }
}
