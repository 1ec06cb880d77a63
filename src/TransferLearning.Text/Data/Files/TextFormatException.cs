namespace TransferLearning.Text;

/// <summary>A file of texts cannot be read; the message names the file and the row, and says how to mend it.</summary>
public sealed class TextFormatException : FormatException
{
    /// <summary>A fault of a file as a whole, or of a row of it.</summary>
    public TextFormatException(string path, int? line, string fault, Exception? inner = null)
        : base($"'{path}'{(line is null ? "" : $", line {line}")}: {fault}", inner) => (Path, Line) = (path, line);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>
    /// Line in which the row begins, counted from 1 as editors do, the header included; null where the whole file is meant.
    /// </summary>
    public int? Line { get; }
}
