using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>
/// Tokenizes texts once and pads each batch to its longest text: ids, mask and segments <c>[N, T]</c>,
/// or <c>[N, W, T]</c> where a text is read in up to W windows; the targets are classes <c>[N]</c> int64,
/// or numbers <c>[N, K]</c> float32.
/// </summary>
internal sealed class TextBatchSource : IBatchSource
{
    private readonly IReadOnlyList<TextExample> _examples;
    private readonly TextSpec _spec;
    private readonly TokenWindow[][] _windows;

    public TextBatchSource(IReadOnlyList<TextExample> examples, TextSpec spec)
    {
        (_examples, _spec, _windows) = (examples, spec, new TokenWindow[examples.Count][]);
        var cut = new int[examples.Count];
        EachText.Do(examples.Count, i => (_windows[i], cut[i]) = TokenWindow.Read(examples[i].Text, examples[i].Pair, spec));
        Lengths = [.. _windows.Select(windows => windows.Sum(window => window.Ids.Length))];
        Remarks = TokenWindow.RemarkOn(cut, Lengths, spec, "set TextSpec.Stride to read long texts in windows");
    }

    public int Count => _examples.Count;

    public bool IsDeterministic => true;

    public IReadOnlyList<int> Lengths { get; }

    public IReadOnlyList<string> Remarks { get; }

    public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch)
    {
        var windows = new TokenWindow[indices.Length][];
        for (var i = 0; i < indices.Length; i++) windows[i] = _windows[indices[i]];
        return new Batch(TokenBatch.Of(windows, _spec), Targets(indices));
    }

    private Tensor Targets(ReadOnlySpan<int> indices)
    {
        List<float> numbers = [];
        var classes = new long[indices.Length];
        for (var i = 0; i < indices.Length; i++)
        {
            classes[i] = _examples[indices[i]].Label;
            numbers.AddRange(_examples[indices[i]].Targets ?? []);
        }
        return numbers.Count > 0 ? tensor(numbers.ToArray(), [indices.Length, numbers.Count / indices.Length]) : tensor(classes, int64);
    }
}
