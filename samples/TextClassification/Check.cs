using System.CommandLine.Parsing;

namespace TextClassification;

/// <summary>What is refused before the work begins.</summary>
internal static class Check
{
    /// <summary>Reads a whole number from 1.</summary>
    public static int Count(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text, out var count) && count > 0) return count;
        argument.AddError($"'{text}' does not fit {((OptionResult)argument.Parent!).Option.Name}: give a whole number from 1.");
        return 0;
    }

    /// <summary>Fails where a file cannot be written, which would be a pity after the training.</summary>
    public static void Writable(string file)
    {
        if (Directory.Exists(file)) throw new IOException($"'{file}' is a folder: name a file to write.");
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
            Directory.CreateDirectory(folder);
            File.Create(Path.Combine(folder, Path.GetRandomFileName()), 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{file}' cannot be written, so choose another place: {error.Message}", error);
        }
    }
}
