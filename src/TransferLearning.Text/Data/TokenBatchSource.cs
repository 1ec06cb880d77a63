using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>
/// Tokenizes texts with classes of words once; batches as <see cref="TextBatchSource"/>'s, with a target for each token: <c>[N, T]</c>
/// int64.
/// </summary>
internal sealed class TokenBatchSource : IBatchSource
{
    private readonly TextSpec _spec;
    private readonly TokenWindow[] _tokens;
    private readonly long[][] _targets;

    public TokenBatchSource(IReadOnlyList<TaggedText> texts, TagTargets tags, TextSpec spec)
    {
        (_spec, _tokens, _targets) = (spec, new TokenWindow[texts.Count], new long[texts.Count][]);
        var cut = new int[texts.Count];
        string?[] names = [.. tags.Names];
        var inside = Array.ConvertAll(
            names, name => Array.IndexOf(names, WordTag.Parse(name!).Inside) is >= 0 and var next ? next : RaggedTargets.Ignored);
        EachText.Do(texts.Count, i =>
        {
            var encoding = spec.Tokenizer.Encode(
                texts[i].Text, null, new EncodingOptions { MaxLength = spec.MaxLength, TruncationSide = spec.TruncationSide });
            (_tokens[i], _targets[i], cut[i]) = (new TokenWindow(encoding.Ids), texts[i].Targets(tags.Rows[i], inside, spec.WordSplit, encoding), encoding.Truncated);
        });
        Lengths = [.. _tokens.Select(tokens => tokens.Ids.Length)];
        Remarks = TokenWindow.RemarkOn(cut, Lengths, spec, "cut long texts into sentences");
    }

    public int Count => _tokens.Length;

    public bool IsDeterministic => true;

    public IReadOnlyList<int> Lengths { get; }

    public IReadOnlyList<string> Remarks { get; }

    public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch)
    {
        Positions.Check(indices, Count);
        var texts = new TokenWindow[indices.Length][];
        for (var i = 0; i < texts.Length; i++) texts[i] = [_tokens[indices[i]]];
        var input = TokenBatch.Of(texts, _spec);
        var length = checked((int)input.Values.shape[1]);
        var targets = new long[texts.Length * length];
        Array.Fill(targets, RaggedTargets.Ignored);
        for (var i = 0; i < texts.Length; i++)
            _targets[indices[i]].CopyTo(targets, i * length + texts[i][0].StartIn(length, _spec.PaddingSide));
        // With the mask of the input, so that they are kept and cut as it is.
        return new Batch(
            input,
            new TensorSet(
                tensor(targets, [texts.Length, length], int64).DetachFromDisposeScope(), input.Mask?.alias().DetachFromDisposeScope())
            .WithPadding(RaggedTargets.Ignored));
    }
}
