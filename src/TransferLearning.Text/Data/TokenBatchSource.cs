using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>Tokenizes labelled words once; batches as <see cref="TextBatchSource"/>'s, with a target for each token: <c>[N, T]</c> int64.</summary>
internal sealed class TokenBatchSource : IBatchSource
{
    private readonly TextSpec _spec;
    private readonly TokenWindow[] _tokens;
    private readonly long[][] _labels;

    public TokenBatchSource(TaggedText[] texts, TextSpec spec)
    {
        (_spec, _tokens, _labels) = (spec, new TokenWindow[texts.Length], new long[texts.Length][]);
        var cut = new int[texts.Length];
        EachText.Do(texts.Length, i =>
        {
            var encoding = spec.Tokenizer.Encode(texts[i].Text, null, new EncodingOptions { MaxLength = spec.MaxLength, TruncationSide = spec.TruncationSide });
            (_tokens[i], _labels[i], cut[i]) = (new TokenWindow(encoding.Ids, null), texts[i].LabelsOf(encoding), encoding.Truncated);
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
        var texts = new TokenWindow[indices.Length][];
        for (var i = 0; i < texts.Length; i++) texts[i] = [_tokens[indices[i]]];
        var input = TokenBatch.Of(texts, _spec);
        var length = checked((int)input.Values.shape[1]);
        var targets = new long[texts.Length * length];
        Array.Fill(targets, TokenCrossEntropy.Ignored);
        for (var i = 0; i < texts.Length; i++)
        {
            var labels = _labels[indices[i]];
            labels.CopyTo(targets.AsSpan(i * length + (_spec.PaddingSide == TextSide.Left ? length - labels.Length : 0)));
        }
        return new Batch(input, tensor(targets, [texts.Length, length], int64));
    }
}
