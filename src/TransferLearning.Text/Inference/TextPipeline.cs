using System.Runtime.CompilerServices;

namespace TransferLearning.Text;

/// <summary>From texts to answers: tokenized and asked about, alone or in batches. Thread-safe.</summary>
/// <param name="spec">How the backbone wants texts.</param>
/// <param name="users">Counts who uses the network.</param>
/// <param name="ask">Answers a batch; it is told how a text is called in messages.</param>
internal sealed class TextPipeline<T>(TextSpec spec, SharedResource users, Func<TensorSet, Func<int, string>, IReadOnlyList<T>> ask)
{
    private const int BatchSize = 32;

    public T Run(string text, string? second = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var use = users.Enter();
        return Ask([(text, second)], _ => "The text")[0];
    }

    public async Task<T> RunAsync(string text, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var use = users.Enter();
        return (await Task.Run(() => Ask([(text, null)], _ => "The text"), cancellation).ConfigureAwait(false))[0];
    }

    public IEnumerable<T> Run(IEnumerable<string> texts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Each();

        IEnumerable<T> Each()
        {
            using var use = users.Enter();
            var done = 0;
            foreach (var batch in texts.Chunk(BatchSize))
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (var answer in Ask(batch, done)) yield return answer;
                done += batch.Length;
            }
        }
    }

    public IAsyncEnumerable<T> RunAsync(IAsyncEnumerable<string> texts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Each(cancellation);

        async IAsyncEnumerable<T> Each([EnumeratorCancellation] CancellationToken stop)
        {
            using var use = users.Enter();
            var done = 0;
            await foreach (var batch in texts.Chunk(BatchSize).WithCancellation(stop).ConfigureAwait(false))
            {
                stop.ThrowIfCancellationRequested();
                foreach (var answer in await Task.Run(() => Ask(batch, done), stop).ConfigureAwait(false)) yield return answer;
                done += batch.Length;
            }
        }
    }

    /// <param name="texts">The texts of a batch.</param>
    /// <param name="done">How many came before.</param>
    private IReadOnlyList<T> Ask(string[] texts, int done) =>
        Ask(
            [.. texts.Select((text, i) => (GivenText.Checked(text, done + i), (string?)null))],
            i => TextDataset.Describe(texts[i], done + i));

    private IReadOnlyList<T> Ask((string First, string? Second)[] texts, Func<int, string> describe)
    {
        using var input = TokenBatch.Of([.. texts.Select(text => TokenWindow.Read(text.First, text.Second, spec).Windows)], spec);
        return ask(input, describe);
    }
}
