using System.CommandLine;
using TransferLearning.Tool.Tasks;
using TransferLearning.Tool.Terminal;

namespace TransferLearning.Tool.Commands;

/// <summary>What a saved model says of inputs: a line each, separated by tabs.</summary>
internal static class PredictCommand
{
    public static Command Create(CancellationToken cancellation)
    {
        var (model, device) = (CommonOptions.Model(), CommonOptions.Device());
        var top = Numbers.WithDefault("--top", "How many answers are given of each.", 1);
        Argument<string[]> inputs = new("input")
        {
            Arity = ArgumentArity.OneOrMore, Description = "Images or folders of them; texts, or files with one text a line.",
        };
        Command command = new("predict", "Classifies images or texts with a saved model.") { model, inputs, top, device };
        command.SetAction(given => Failure.Guard(() =>
        {
            var saved = given.GetValue(model)!;
            foreach (var answer in KnownTasks.OfModel(saved).Predict(saved, given.GetValue(inputs)!, given.Of(device), cancellation))
                Console.WriteLine($"{answer.Input}\t{string.Join('\t', Told(answer, given.GetValue(top)))}");
            return 0;
        }));
        return command;
    }

    private static IEnumerable<string> Told(Answer answer, int top) => answer.Labels.Zip(answer.Values)
        .Take(top).Select(one => FormattableString.Invariant($"{one.First}\t{one.Second:F4}"));
}
