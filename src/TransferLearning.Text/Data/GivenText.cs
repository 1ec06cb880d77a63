namespace TransferLearning.Text;

/// <summary>A text that a caller gives.</summary>
internal static class GivenText
{
    /// <exception cref="ArgumentException">It is null; the message says which.</exception>
    public static string Checked(string? text, int position, string what = "Text") =>
        text ?? throw new ArgumentException($"{what} {position} is null.");
}
