using System.CommandLine.Parsing;

namespace ImageClassification;

/// <summary>What is refused before the work begins.</summary>
internal static class Check
{
    /// <summary>Reads a whole number from 1.</summary>
    public static int Count(ArgumentResult argument) => WholeNumber(argument, least: 1);

    /// <summary>Reads a whole number from 0.</summary>
    public static int CountOrNone(ArgumentResult argument) => WholeNumber(argument, least: 0);

    /// <summary>Takes a file for this run until it is disposed: fails where it cannot be written, which would be a pity after the training, or where another run is to write it.</summary>
    public static IDisposable Claim(string file)
    {
        if (Directory.Exists(file)) throw new IOException($"'{file}' is a folder: name a file to write.");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            return new FileStream($"{file}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{file}' cannot be written, or another run is to write it, so choose another place: {error.Message}", error);
        }
    }

    private static int WholeNumber(ArgumentResult argument, int least)
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text, out var count) && count >= least) return count;
        argument.AddError($"'{text}' does not fit {((OptionResult)argument.Parent!).Option.Name}: give a whole number from {least}.");
        return least;
    }
}
