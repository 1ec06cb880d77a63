using System.CommandLine;
using System.Text.Json;
using TransferLearning.Text;
using TransferLearning.Tokenizers;
using TransferLearning.Vision;

namespace TransferLearning.Tool.Terminal;

/// <summary>What goes wrong, in one sentence: 2 is the exit code for what cannot be done, 130 for what was stopped.</summary>
internal static class Failure
{
    private const int Refused = 2, Stopped = 130;

    /// <summary>Words of the library's messages, and what stands for them at the command line.</summary>
    private static readonly (string Api, string Tool)[] Words =
    [
        ("set Resume to go on from them", "give --resume to go on from them"),
        ("set DatasetFolderOptions.FilesOutsideClasses to Skip", "take them out of the folder"),
        ("set DatasetFolderOptions.EmptyClasses to Skip", "take its folder away"),
        ("its class names (DatasetFolderOptions.ClassNames)", "--validation"),
        ("; DatasetFolderOptions.BrokenFiles set to Skip leaves them out.", "."),
        ("set ImageDecodeOptions.Tolerant to take what is there", "replace it"),
        ("or raise ImageDecodeOptions.MaxPixels if the file is to be trusted", "or take it away"),
        ("set TextFileOptions.EmptyTexts to Skip", "take it away"),
        ("set TextFileOptions.Header to false where it is an example", "name the columns where it is an example"),
        ("ImageTableOptions.Path", "--text"),
        ("ImageTableOptions.LabelSeparator", "--label-separator"),
        ("ImageTableOptions.Label", "--label"),
        ("ImageTableOptions.Values", "--values"),
        ("TextFileOptions.Values", "--values"),
        ("TextFileOptions.LabelSeparator", "--label-separator"),
        ("TextFileOptions.Text", "--text"),
        ("TextFileOptions.Label", "--label"),
        ("TextSpec.MaxLength", "--max-length"),
        ("MaxLength is", "--max-length is"),
        ("FineTuneOptions.Method", "--strategy"),
        ("FineTuneOptions.Epochs", "--epochs"),
        ("FineTuneOptions.BatchSize", "--batch"),
        ("TrainerOptions.BatchSize", "--batch"),
        ("TrainerOptions.Epochs", "--epochs"),
        ("HubOptions.CacheFolder", "its folder"),
        (" or HubOptions.Token", ""),
        ("VisionBackbones.Names lists the networks", "docs/backbones.md lists the networks"),
    ];

    /// <summary>The exit code of work that may be refused or stopped.</summary>
    public static int Guard(Func<int> work)
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException stopped)
        {
            Console.WriteLine($"Stopped. {InOwnWords(stopped.Message)}");
            return Stopped;
        }
        catch (ArgumentException error)
        {
            return Print(error.Message.Replace($" (Parameter '{error.ParamName}')", "", StringComparison.Ordinal));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DllNotFoundException or NotSupportedException
            or JsonException or InvalidDataException or ImageFormatException or TextFormatException or TokenizerFormatException or WeightFormatException
            or WeightMismatchException or TrainingDivergedException)
        {
            return Print(error.Message);
        }
    }

    /// <summary>Says in one line what is refused.</summary>
    /// <returns>The exit code.</returns>
    public static int Print(string message)
    {
        var words = InOwnWords(message).Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Console.Error.WriteLine(string.Join(' ', words));
        return Refused;
    }

    /// <summary>What is wrong with the words that were typed, and what they may have been meant to be.</summary>
    public static string OfUsage(ParseResult arguments)
    {
        if (arguments.UnmatchedTokens is not [var token, ..]) return arguments.Errors[0].Message;
        var message = arguments.Errors.Select(error => error.Message).FirstOrDefault(text => text.Contains(token, StringComparison.Ordinal))
            ?? $"'{token}' is no command.";
        var command = arguments.CommandResult.Command;
        var known = token.StartsWith('-') ? command.Options.Select(option => option.Name) : command.Subcommands.Select(child => child.Name);
        return message + NearestName.Hint(token, known);
    }

    private static string InOwnWords(string message) =>
        Words.Aggregate(message, (text, word) => text.Replace(word.Api, word.Tool, StringComparison.Ordinal));
}
