// Fine-tunes pretrained networks at the command line: docs/tool.md.
using System.CommandLine;
using Spectre.Console;
using TransferLearning.Tool.Commands;
using TransferLearning.Tool.Terminal;

// Lines of a log are not broken.
if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 1000;
using Interruption interruption = new();
RootCommand root = new("Transfer learning: fine-tunes pretrained networks on your images and texts, measures and uses what they learnt.")
{
    TrainCommand.Create(interruption.Token),
    EvaluateCommand.Create(interruption.Token),
    PredictCommand.Create(interruption.Token),
    EmbedCommand.Create(interruption.Token),
    InspectCommand.Create(),
    ReportCommand.Create(),
};
var arguments = root.Parse(args);
return arguments.Errors.Count > 0 ? Failure.Print(Failure.OfUsage(arguments)) : Failure.Guard(() => arguments.Invoke());
