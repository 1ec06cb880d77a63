using System.CommandLine;
using Spectre.Console;
using TransferLearning.Reporting;
using TransferLearning.Tool.Tasks;
using TransferLearning.Tool.Terminal;

namespace TransferLearning.Tool.Commands;

/// <summary>Fine-tunes a pretrained network, measures it, and writes model and report.</summary>
internal static class TrainCommand
{
    private const string Extension = ".safetensors";

    public static Command Create(CancellationToken cancellation)
    {
        var (data, task, text, label, device) =
            (CommonOptions.Data(), CommonOptions.Task(), CommonOptions.Text(), CommonOptions.Label(), CommonOptions.Device());
        var (separator, values) = (CommonOptions.LabelSeparator(), CommonOptions.Values());
        Option<string?> validation = new("--validation")
        {
            Description = "Data of the same form to measure by. Default: a fifth of the data."
        };
        Option<string?> backbone = new("--backbone")
        {
            Description = "Pretrained network, by name, folder or file. Default: efficientnet_lite0, all_minilm_l6_v2."
        };
        Option<string?> weights = new("--weights")
        {
            Description = "Weight file or folder. Default: from a weights package, a cache or a hub."
        };
        Option<string> strategy = new("--strategy")
        {
            Description = "How much is trained. auto: by the number of examples. few-shot, head, full, gradual.",
                DefaultValueFactory = _ => "auto",
        };
        strategy.AcceptOnlyFromAmong("auto", "few-shot", "head", "full", "gradual");
        var epochs = Numbers.Optional("--epochs", "Passes over the data. Default: by strategy and size.");
        var batch = Numbers.WithDefault("--batch", "Examples a step.", 32);
        var inputSize = Numbers.Optional(
            "--input-size", "Height and width of images in pixels. Default: what the network was made for.", least: 16);
        var maxLength = Numbers.Optional("--max-length", "Tokens read of each text. Default: what the network was made for.");
        var threads = Numbers.WithDefault(
            "--loader-threads", "Threads that prepare batches; the result does not depend on it.", 2, least: 0);
        Option<long> seed = new("--seed") { Description = "Seed of split, order and augmentation.", DefaultValueFactory = _ => 0 };
        Option<string> output = new("--output")
        {
            Description = "Where to save the model.", DefaultValueFactory = _ => "model" + Extension
        };
        Option<string?> report = new("--report") { Description = "Folder for report.json, report.html and its charts. Default: one with the model's name." };
        Option<string?> checkpoints = new("--checkpoints")
        {
            Description = "Folder for the state of the run, so that it can go on when it is stopped."
        };
        Option<bool> resume = new("--resume")
        {
            Description = "Go on from what --checkpoints holds; with nothing there the run starts anew."
        };
        Option<bool> force = new("--force") { Description = "Replace model and report where they are there already." };
        Command command = new("train", "Fine-tunes a pretrained network on your data.")
        {
            data, task, validation, text, label, separator, values, backbone, weights, strategy, epochs, batch, inputSize, maxLength, seed, device, threads,
                output, report,
            checkpoints, resume, force,
        };
        command.SetAction(given => Failure.Guard(() =>
        {
            var model = given.GetValue(output)!;
            if (!Path.GetExtension(model).Equals(Extension, StringComparison.OrdinalIgnoreCase))
                throw new ArgumentException(
                    $"'{model}' does not end in {Extension}, the one format that models are saved in: give --output such a name.");
            if (given.GetValue(resume) && given.GetValue(checkpoints) is null)
                throw new ArgumentException("Say what the run is to go on from: --checkpoints FOLDER --resume.");
            var json = Path.Combine(given.GetValue(report) ?? Path.ChangeExtension(model, null), "report.json");
            var replace = given.GetValue(force) || given.GetValue(resume);
            var request = new TrainingRequest(given.GetValue(data)!)
            {
                Validation = given.GetValue(validation),
                Columns = (given.GetValue(text), given.GetValue(label)),
                LabelSeparator = given.GetValue(separator),
                Values = given.Named(values),
                Backbone = given.GetValue(backbone),
                Weights = given.GetValue(weights),
                InputSize = given.GetValue(inputSize),
                MaxLength = given.GetValue(maxLength),
                Options = new()
                {
                    Method = Enum.Parse<FineTuneMethod>(
                        given.GetValue(strategy)!.Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
                    Epochs = given.GetValue(epochs),
                    BatchSize = given.GetValue(batch),
                    Seed = given.GetValue(seed),
                    LoaderThreads = given.GetValue(threads),
                    Device = given.Of(device),
                    Checkpoints = given.GetValue(checkpoints) is { } place ? new(place) { Resume = given.GetValue(resume) } : null,
                },
            };
            var kind = KnownTasks.Of(given.GetValue(task), request.Data);
            using var modelClaim = Output.Claim(model, "--output", replace);
            using var reportClaim = Output.Claim(json, "--report", replace);
            Run(kind, request, model, json, cancellation);
            return 0;
        }));
        return command;
    }

    private static void Run(ITask task, TrainingRequest request, string model, string json, CancellationToken cancellation)
    {
        using var prepared = task.Prepare(request, cancellation);
        AnsiConsole.WriteLine(prepared.Description);
        var report = LiveProgress.Show("Starting", progress => prepared.Run(model, progress, cancellation));
        report.Save(json);
        Console.Write(report);
        var page = ReportPage.Write(report, Path.GetDirectoryName(Path.GetFullPath(json))!, prepared.Material(model));
        Console.WriteLine($"Model: {model}. Report: {json}, as a page: {Path.GetRelativePath(".", page)}.");
        var examples = prepared.Examples(model).ToList();
        if (examples.Count == 0) return;
        var table = new Table().Title("Some held-out examples").AddColumns("input", "class", "answer", "probability");
        foreach (var (answer, truth) in examples)
            table.AddRow(
                Markup.Escape(Path.GetFileName(answer.Input)), Markup.Escape(truth), Markup.Escape(answer.Labels[0]),
                FormattableString.Invariant($"{answer.Values[0]:F3}"));
        AnsiConsole.Write(table);
    }
}
