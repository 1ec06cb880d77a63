namespace TransferLearning.Text;

/// <summary>The beginning of a text, to name it in a message.</summary>
internal static class Excerpt
{
    private const int Length = 40;

    public static string Of(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= Length ? line : $"{line.AsSpan(0, Length)}…";
    }
}
