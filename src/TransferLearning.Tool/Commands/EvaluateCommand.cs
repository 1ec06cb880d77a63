using System.CommandLine;
using TransferLearning.Tool.Tasks;
using TransferLearning.Tool.Terminal;

namespace TransferLearning.Tool.Commands;

/// <summary>Measures a saved model on labelled data.</summary>
internal static class EvaluateCommand
{
    public static Command Create(CancellationToken cancellation)
    {
        var (model, data, text, label, device) =
            (CommonOptions.Model(), CommonOptions.Data(), CommonOptions.Text(), CommonOptions.Label(), CommonOptions.Device());
        var (separator, values) = (CommonOptions.LabelSeparator(), CommonOptions.Values());
        Option<double?> atLeast = new("--at-least") { Description = "Accuracy from 0 to 1 below which the exit code is 1." };
        Command command = new("evaluate", "Measures a saved model on labelled data.") {
            model, data, text, label, separator, values, device, atLeast,
        };
        command.SetAction(given => Failure.Guard(() =>
        {
            var request = new TrainingRequest(given.GetValue(data)!)
            {
                Columns = (given.GetValue(text), given.GetValue(label)), LabelSeparator = given.GetValue(separator),
                Values = given.Named(values), Options = new() { Device = given.Of(device) },
            };
            var saved = given.GetValue(model)!;
            var evaluation = LiveProgress.Show(
                "Measuring", progress => KnownTasks.OfModel(saved).Evaluate(saved, request, progress, cancellation));
            Console.WriteLine(evaluation);
            if (given.GetValue(atLeast) is not { } least || evaluation.Accuracy >= least) return 0;
            Console.Error.WriteLine(FormattableString.Invariant($"The accuracy is {evaluation.Accuracy:F3}, below {least} (--at-least)."));
            return 1;
        }));
        return command;
    }
}
