using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Pairs of a data set's examples as a data set: a batch holds its different examples once, and for each pair a target row
/// [row of the first, row of the second, 1 for the same class or 0], int64.
/// </summary>
/// <remarks>An example with itself is there twice, since dropout makes two of it.</remarks>
internal sealed class PairDataset(IDataset examples, LabelledPairs pairs, int count) : IDataset
{
    public int Count => count;

    public Targets Targets { get; } = new UnlistedTargets();

    public uint Checksum => examples.Checksum;

    public IReadOnlyList<SkippedItem> Skipped => examples.Skipped;

    public IBatchSource Prepare(InputSpec? input) => new Source(examples.Prepare(input), pairs, count);

    private sealed class Source(IBatchSource examples, LabelledPairs pairs, int count) : IBatchSource
    {
        public int Count => count;

        // Each epoch has its own pairs, so that there is nothing to keep.
        public bool IsDeterministic => false;

        public IReadOnlyList<string> Remarks => examples.Remarks;

        public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch)
        {
            List<int> rows = [];
            Dictionary<int, int> rowOf = [];
            var targets = new long[3 * indices.Length];
            for (var i = 0; i < indices.Length; i++)
            {
                var (pass, place) = Math.DivRem(indices[i], pairs.Count);
                var (first, second, isSame) = pairs.At(place, epoch.Seed, epoch.Epoch + pass);
                targets[3 * i] = RowOf(first);
                targets[3 * i + 1] = first == second ? NewRow(second) : RowOf(second);
                targets[3 * i + 2] = isSame ? 1 : 0;
            }
            var batch = examples.Load(rows.ToArray(), epoch);
            batch.Target.Dispose();
            return new Batch(batch.Input, tensor(targets, [indices.Length, 3]));

            int RowOf(int example) => rowOf.TryGetValue(example, out var row) ? row : rowOf[example] = NewRow(example);

            int NewRow(int example)
            {
                rows.Add(example);
                return rows.Count - 1;
            }
        }
    }
}
