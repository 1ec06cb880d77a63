using System.CommandLine;
using TransferLearning.Tool.Tasks;
using static TorchSharp.torch;

namespace TransferLearning.Tool.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<string> Device() =>
        new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto" };

    public static Device Of(this ParseResult arguments, Option<string> device) => TorchRuntime.ParseDevice(arguments.GetValue(device)!);

    public static Option<string> Data() =>
        new("--data")
        {
            Required = true,
                Description = "Folder with one sub-folder of images or texts for each class, a CSV, TSV or JSON Lines file of texts, or a CSV of images (--task image)."
        };

    public static Option<string> Model() => new("--model") { Required = true, Description = "Saved model." };

    public static Option<string?> Text() =>
        new("--text") { Description = "Column of the text, by name or number, or of the image's path. Default: found by its usual names." };

    public static Option<string?> Label() =>
        new("--label") { Description = "Column of the class, by name or number. Default: found by its usual names." };

    public static Option<string?> LabelSeparator() =>
        new("--label-separator") { Description = "What stands between the labels where an example has several, such as \"|\"." };

    public static Option<string[]> Values() =>
        new("--values") { Description = "Columns of numbers to predict, in place of classes.", AllowMultipleArgumentsPerToken = true };

    /// <summary>The columns that are named, or null.</summary>
    public static string[]? Named(this ParseResult arguments, Option<string[]> columns) =>
        arguments.GetValue(columns) is { Length: > 0 } names ? names : null;

    public static Option<string?> Task()
    {
        Option<string?> task = new("--task") { Description = "What the data are. Default: told by the data." };
        task.AcceptOnlyFromAmong([.. KnownTasks.All.Select(one => one.Name)]);
        return task;
    }
}
