namespace TransferLearning.Text;

/// <summary>
/// Tokenizes texts once and pads each batch to its longest text: ids, mask and segments <c>[N, T]</c>,
/// or <c>[N, W, T]</c> where a text is read in up to W windows.
/// </summary>
internal sealed class TextBatchSource : IBatchSource
{
    private readonly Targets _targets;
    private readonly TextSpec _spec;
    private readonly TokenWindow[][] _windows;

    public TextBatchSource(IReadOnlyList<string> texts, IReadOnlyList<string>? secondTexts, Targets targets, TextSpec spec)
    {
        (_targets, _spec, _windows) = (targets, spec, new TokenWindow[texts.Count][]);
        var cut = new int[texts.Count];
        EachText.Do(texts.Count, i => (_windows[i], cut[i]) = TokenWindow.Read(texts[i], secondTexts?[i], spec));
        Lengths = [.. _windows.Select(windows => windows.Sum(window => window.Ids.Length))];
        Remarks = TokenWindow.RemarkOn(cut, Lengths, spec, "set TextSpec.Stride to read long texts in windows");
    }

    public int Count => _windows.Length;

    public bool IsDeterministic => true;

    public IReadOnlyList<int> Lengths { get; }

    public IReadOnlyList<string> Remarks { get; }

    public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch) => new(Input(indices), _targets.Gather(indices));

    /// <summary>The texts at these positions; the caller owns the tensors.</summary>
    public TensorSet Input(ReadOnlySpan<int> indices)
    {
        Positions.Check(indices, Count);
        var windows = new TokenWindow[indices.Length][];
        for (var i = 0; i < indices.Length; i++) windows[i] = _windows[indices[i]];
        return TokenBatch.Of(windows, _spec);
    }
}
