namespace TransferLearning;

/// <summary>
/// Prepares batches ahead of their use on background threads and hands them out in order:
/// the number of threads changes when a batch is made, never what is in it.
/// </summary>
internal sealed class BatchLoader(IBatchSource source, int batchSize, int threads)
{
    /// <summary>
    /// Batches of that many examples. A single one left over joins the batch before, since batch norm cannot learn from one.
    /// </summary>
    public int Batches(int examples) => Math.Max(1, examples / batchSize + (examples % batchSize > 1 ? 1 : 0));

    /// <summary>Which examples of that order make up each batch.</summary>
    public IEnumerable<Memory<int>> Cut(int[] order)
    {
        var batches = Batches(order.Length);
        return Enumerable.Range(0, batches).Select(
            batch => order.AsMemory(batch * batchSize, (batch == batches - 1 ? order.Length : (batch + 1) * batchSize) - batch * batchSize));
    }

    /// <summary>
    /// The epoch's batches over the examples in that order, without the first <paramref name="done"/>. The caller disposes each.
    /// Cancellation is honoured before each.
    /// </summary>
    public IEnumerable<Batch> Load(int[] order, EpochSeed epoch, CancellationToken cancellation, int done = 0) => threads == 0
        ? Cut(order).Skip(done).Select(indices =>
        {
            cancellation.ThrowIfCancellationRequested();
            return source.Load(indices.Span, epoch);
        })
        : Prefetch(Cut(order).Skip(done), epoch, cancellation);

    private IEnumerable<Batch> Prefetch(IEnumerable<Memory<int>> batches, EpochSeed epoch, CancellationToken cancellation)
    {
        var ahead = new Queue<Task<Batch>>();
        try
        {
            foreach (var indices in batches)
            {
                ahead.Enqueue(Task.Run(() => source.Load(indices.Span, epoch), cancellation));
                if (ahead.Count > threads) yield return Next();
            }
            while (ahead.Count > 0) yield return Next();
        }
        finally
        {
            foreach (var unused in ahead)
            {
                // Waits: whoever leaves early may dispose what the loader threads still read.
                ((Task)unused).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
                if (unused.IsCompletedSuccessfully) unused.Result.Dispose();
            }
        }

        Batch Next()
        {
            cancellation.ThrowIfCancellationRequested();
            return ahead.Dequeue().GetAwaiter().GetResult();
        }
    }
}
