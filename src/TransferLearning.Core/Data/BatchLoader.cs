namespace TransferLearning;

/// <summary>
/// Prepares batches ahead of their use on background threads and hands them out in order:
/// the number of threads changes when a batch is made, never what is in it.
/// </summary>
internal sealed class BatchLoader(IBatchSource source, int batchSize, int threads)
{
    /// <summary>Batches of an epoch. A single example left over joins the batch before, since batch norm cannot learn from one.</summary>
    public int Batches => Math.Max(1, source.Count / batchSize + (source.Count % batchSize > 1 || batchSize == 1 && source.Count % batchSize > 0 ? 1 : 0));

    /// <summary>The epoch's batches over the examples in that order. The caller disposes each.</summary>
    public IEnumerable<Batch> Load(int[] order, EpochSeed epoch, CancellationToken cancellation)
    {
        var batches = Enumerable.Range(0, Batches)
            .Select(batch => order.AsMemory(batch * batchSize, (batch == Batches - 1 ? order.Length : (batch + 1) * batchSize) - batch * batchSize));
        return threads == 0
            ? batches.Select(indices => source.Load(indices.Span, epoch))
            : Prefetch(batches, epoch, cancellation);
    }

    private IEnumerable<Batch> Prefetch(IEnumerable<Memory<int>> batches, EpochSeed epoch, CancellationToken cancellation)
    {
        var ahead = new Queue<Task<Batch>>();
        try
        {
            foreach (var indices in batches)
            {
                ahead.Enqueue(Task.Run(() => source.Load(indices.Span, epoch), cancellation));
                if (ahead.Count > threads) yield return ahead.Dequeue().GetAwaiter().GetResult();
            }
            while (ahead.Count > 0) yield return ahead.Dequeue().GetAwaiter().GetResult();
        }
        finally
        {
            foreach (var unused in ahead)
                unused.ContinueWith(done => done.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
    }
}
