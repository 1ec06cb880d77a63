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
                Description = "Folder with one sub-folder of images or texts for each class, or a CSV, TSV or JSON Lines file of texts."
        };

    public static Option<string> Model() => new("--model") { Required = true, Description = "Saved model." };

    public static Option<string?> Text() =>
        new("--text") { Description = "Column of the text, by name or number. Default: found by its usual names." };

    public static Option<string?> Label() =>
        new("--label") { Description = "Column of the class, by name or number. Default: found by its usual names." };

    public static Option<string?> Task()
    {
        Option<string?> task = new("--task") { Description = "What the data are. Default: told by the data." };
        task.AcceptOnlyFromAmong([.. KnownTasks.All.Select(one => one.Name)]);
        return task;
    }
}
