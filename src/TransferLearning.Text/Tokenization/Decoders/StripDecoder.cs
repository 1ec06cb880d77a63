using System.Text;

namespace TransferLearning.Text;

/// <summary>Takes up to so many of a character from both ends of each token.</summary>
internal sealed class StripDecoder(Rune content, int left, int right) : IDecoder
{
    private readonly string _content = content.ToString();

    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(Strip)];

    private string Strip(string token)
    {
        var text = token.AsSpan();
        for (var i = 0; i < left && text.StartsWith(_content, StringComparison.Ordinal); i++) text = text[_content.Length..];
        for (var i = 0; i < right && text.EndsWith(_content, StringComparison.Ordinal); i++) text = text[..^_content.Length];
        return text.Length == token.Length ? token : text.ToString();
    }
}
