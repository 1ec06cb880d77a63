using System.CommandLine;
using System.Text.Json;
using TransferLearning.Tool.Tasks;
using TransferLearning.Tool.Terminal;

namespace TransferLearning.Tool.Commands;

/// <summary>Vectors of images or texts, as JSON Lines.</summary>
internal static class EmbedCommand
{
    public static Command Create(CancellationToken cancellation)
    {
        var (task, device) = (CommonOptions.Task(), CommonOptions.Device());
        Option<string> model = new("--model")
        {
            Description = "Saved model, or a pretrained network by name or folder. Default: efficientnet_lite0, all_minilm_l6_v2.",
                DefaultValueFactory = _ => "",
        };
        Option<string?> output = new("--output") { Description = "File for the lines. Default: the console." };
        Option<bool> force = new("--force") { Description = "Replace the file where it is there already." };
        Argument<string[]> inputs = new("input")
        {
            Arity = ArgumentArity.OneOrMore, Description = "Images or folders of them; texts, or files with one text a line.",
        };
        Command command = new(
            "embed", "Turns images or texts into vectors: one JSON object a line.") { model, inputs, task, output, force, device };
        command.SetAction(given => Failure.Guard(() =>
        {
            var (encoder, examples) = (given.GetValue(model)!, given.GetValue(inputs)!);
            var kind = File.Exists(encoder) && ModelArtefact.IsModel(encoder)
                ? KnownTasks.OfModel(encoder)
                : Guess(given.GetValue(task), examples[0]);
            var lines = kind.Embed(encoder, examples, given.Of(device), cancellation)
                .Select(pair => JsonSerializer.Serialize(new { input = pair.Input, vector = pair.Vector }));
            if (given.GetValue(output) is not { } file)
            {
                foreach (var line in lines) Console.WriteLine(line);
                return 0;
            }
            using var claim = Output.Claim(file, "--output", given.GetValue(force));
            var incomplete = file + ".incomplete";
            File.WriteAllLines(incomplete, lines);
            File.Move(incomplete, file, overwrite: true);
            return 0;
        }));
        return command;
    }

    /// <summary>What is no file is a text.</summary>
    private static ITask Guess(string? task, string input) => KnownTasks.Of(task ?? (Path.Exists(input) ? null : "text"), input);
}
