// Fine-tunes a pretrained text encoder on labelled texts, or asks a saved model which class texts belong to.
//   dotnet run -c Release                                            trains on the data set beside this program
//   dotnet run -c Release -- --data mails.csv --text body --label kind   your own texts
//   dotnet run -c Release -- --predict "Where is my card?" --model output/model.safetensors
using System.CommandLine;
using System.Runtime.InteropServices;
using Spectre.Console;
using TextClassification;
using TransferLearning;
using TransferLearning.Text;
using TransferLearning.Tokenizers;

var sampleData = Path.Combine(AppContext.BaseDirectory, "data");

Option<string?> data = new("--data") { Description = "CSV, TSV or JSON Lines file, or a folder with one sub-folder of text files for each class. Default: the sample's own." };
Option<string?> text = new("--text") { Description = "Column of the text, by name or number. Default: found by its usual names." };
Option<string?> label = new("--label") { Description = "Column of the class, by name or number. Default: found by its usual names." };
Option<string?> validation = new("--validation") { Description = "File of the same form to measure by. Default: a fifth of the data." };
Option<string> backbone = new("--backbone") { Description = "Pretrained encoder.", DefaultValueFactory = _ => "all_minilm_l6_v2" };
Option<string?> weights = new("--weights") { Description = "Folder in Hugging Face's layout, or a weight file. Default: from a weights package, a cache or a hub." };
Option<string> strategy = new("--strategy") { Description = "auto: by the number of examples. few-shot, head, full, gradual.", DefaultValueFactory = _ => "auto" };
Option<int?> epochs = new("--epochs") { Description = "Passes over the data when layers are trained. Default: by strategy and size.", CustomParser = value => Check.Count(value) };
Option<int> batch = new("--batch") { Description = "Texts a step.", DefaultValueFactory = _ => 32, CustomParser = Check.Count };
Option<int?> maxLength = new("--max-length") { Description = "Tokens read of each text. Default: what the encoder was made for.", CustomParser = value => Check.Count(value) };
Option<int> loaderThreads = new("--loader-threads") { Description = "Threads that prepare batches ahead; the result does not depend on it.", DefaultValueFactory = _ => 2, CustomParser = Check.CountOrNone };
Option<long> seed = new("--seed") { Description = "Seed of split and order.", DefaultValueFactory = _ => 0 };
Option<string> device = new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto" };
Option<string> output = new("--output") { Description = "Where to save the model.", DefaultValueFactory = _ => Path.Combine("output", "model.safetensors") };
Option<string> report = new("--report") { Description = "Folder for report.json.", DefaultValueFactory = _ => "output" };
Option<string?> checkpoints = new("--checkpoints") { Description = "Folder for the state of the run, so that it can go on when it is stopped." };
Option<bool> resume = new("--resume") { Description = "Go on from what --checkpoints holds; with nothing there the run starts anew." };
Option<string?> predict = new("--predict") { Description = "Text, or file with one text a line, to classify with --model." };
Option<string?> model = new("--model") { Description = "Saved model to predict with." };
strategy.AcceptOnlyFromAmong("auto", "few-shot", "head", "full", "gradual");

RootCommand command = new("Fine-tunes a pretrained text encoder on your texts.")
{
    data, text, label, validation, backbone, weights, strategy, epochs, batch, maxLength, loaderThreads, seed, device, output, report, checkpoints, resume, predict, model,
};
var arguments = command.Parse(args);
if (arguments.Errors.Count > 0) return Fail(arguments.Errors[0].Message);

// Lines of a log are not broken.
if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 1000;
using CancellationTokenSource stop = new();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
command.SetAction(Run);
return arguments.Invoke();

void Stop(PosixSignalContext signal)
{
    // The second signal ends the process: the first waits for the end of a step, or of a download.
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}

int Run(ParseResult chosen)
{
    try
    {
        var where = TorchRuntime.ParseDevice(chosen.GetValue(device)!);
        if (chosen.GetValue(predict) is { } texts)
        {
            var saved = chosen.GetValue(model) ?? throw new ArgumentException("Say which model is to classify: --model FILE.safetensors.");
            Predictions.Print(saved, texts, where, stop.Token);
            return 0;
        }
        if (chosen.GetValue(model) is not null) throw new ArgumentException("Say what the model is to classify: --predict TEXT or --predict FILE.");

        var file = chosen.GetValue(data);
        var columns = new TextFileOptions { Text = chosen.GetValue(text), Label = chosen.GetValue(label) };
        var all = TextFile.Open(file ?? Path.Combine(sampleData, "train.csv"), columns);
        if (all.Targets is not ClassTargets) throw new ArgumentException("The texts have several labels or values; this program trains one class for each text (docs/text.md shows the others).");
        var measured = chosen.GetValue(validation) ?? (file is null ? Path.Combine(sampleData, "validation.csv") : null);
        var (train, held) = measured is null
            ? all.Split(0.8, chosen.GetValue(seed))
            : (all, TextFile.Open(measured, columns with { ClassNames = all.Targets.Names }));

        var (artefact, json) = (chosen.GetValue(output)!, Path.Combine(chosen.GetValue(report)!, "report.json"));
        using var artefactClaim = Check.Claim(artefact);
        using var reportClaim = Check.Claim(json);
        var state = chosen.GetValue(checkpoints) is { } place ? new CheckpointOptions(place) { Resume = chosen.GetValue(resume) } : null;
        if (state is null && chosen.GetValue(resume)) throw new ArgumentException("Say what the run is to go on from: --checkpoints FOLDER --resume.");
        using var encoder = TextBackbones.Load(
            chosen.GetValue(backbone)!, chosen.GetValue(weights), input => input with { MaxLength = chosen.GetValue(maxLength) ?? input.MaxLength });
        var result = Training.Run(
            encoder, train, held,
            new FineTuneOptions
            {
                Method = Enum.Parse<FineTuneMethod>(chosen.GetValue(strategy)!.Replace("-", ""), ignoreCase: true), Epochs = chosen.GetValue(epochs),
                BatchSize = chosen.GetValue(batch), Seed = chosen.GetValue(seed), LoaderThreads = chosen.GetValue(loaderThreads), Device = where, Checkpoints = state,
            },
            artefact, stop.Token);
        result.Save(json);
        Results.Print(result, artefact, json);
        Predictions.PrintSome(artefact, held, where);
        return 0;
    }
    catch (OperationCanceledException stopped)
    {
        AnsiConsole.WriteLine($"Stopped. {stopped.Message}");
        return 130;
    }
    catch (ArgumentException error)
    {
        return Fail(error.Message.Replace($" (Parameter '{error.ParamName}')", ""));
    }
    catch (Exception error) when (error is IOException or UnauthorizedAccessException or DllNotFoundException or NotSupportedException
        or TextFormatException or TokenizerFormatException or WeightFormatException or WeightMismatchException or TrainingDivergedException)
    {
        return Fail(error.Message);
    }
}

static int Fail(string message)
{
    Console.Error.WriteLine(string.Join(' ', message.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
    return 2;
}
