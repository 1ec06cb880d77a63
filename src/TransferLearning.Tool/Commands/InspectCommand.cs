using System.CommandLine;
using TransferLearning.Tool.Terminal;
using TransferLearning.Weights.Keras;

namespace TransferLearning.Tool.Commands;

/// <summary>What is in a weight file or a saved model.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        Argument<string> file = new("file")
        {
            Description = "Saved model; or weights: safetensors, PyTorch checkpoint, Keras, or a folder with one."
        };
        Option<bool> all = new("--tensors") { Description = "List every tensor." };
        Command command = new("inspect", "Tells what is in a weight file or a saved model.") { file, all };
        command.SetAction(given => Failure.Guard(() =>
        {
            var path = given.GetValue(file)!;
            if (Directory.Exists(path))
                path = WeightFile.Find(path) ?? throw new FileNotFoundException($"The folder '{path}' holds no weight file.", path);
            var isKeras = KerasWeights.IsKeras(path);
            if (!isKeras && ModelArtefact.IsModel(path)) Describe(path);
            using var weights = isKeras ? KerasWeights.Open(path) : WeightFile.Open(path);
            List(weights, given.GetValue(all));
            return 0;
        }));
        return command;
    }

    private static void Describe(string path)
    {
        using var model = ModelArtefact.Open(path);
        Console.WriteLine($"Saved model: backbone {model.BackboneId}, head {model.HeadKind}, {model.Labels.Count} outputs.");
        if (model.Labels.Count > 0) Console.WriteLine($"Labels: {string.Join(", ", model.Labels)}");
        if (model.PretrainedWeights is { } weights)
            Console.WriteLine($"Pretrained weights: {weights.Source}{(weights.Licence is { } licence ? $", {licence}" : "")}.");
        if (model.Lacks is { } lacks) Console.WriteLine($"Without the backbone's weights, whose checksum is {lacks}.");
        if (model.TrainingSummary is { } training) Console.WriteLine(training);
    }

    private static void List(WeightFile file, bool all)
    {
        Console.WriteLine(
            FormattableString.Invariant($"{file.Format}: {file.Tensors.Count} tensors, {file.ElementCount / 1e6:F2} million values."));
        foreach (var (type, count) in file.Tensors.Values.CountBy(tensor => tensor.TypeName)) Console.WriteLine($"  {count} of {type}");
        foreach (var (key, value) in file.Metadata.Where(entry => entry.Value.Length <= 100)) Console.WriteLine($"  {key}: {value}");
        var card = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file.Path))!, "card.json");
        if (File.Exists(card)) Console.WriteLine(File.ReadAllText(card).TrimEnd());
        if (!all) return;
        foreach (var (name, tensor) in file.Tensors) Console.WriteLine($"{name}\t{tensor}");
    }
}
