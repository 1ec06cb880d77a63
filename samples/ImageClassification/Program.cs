// Fine-tunes a pretrained image network on a folder of photographs, or asks a saved model what images show.
//   dotnet run -c Release                                            trains on the data set beside this program
//   dotnet run -c Release -- --data photos --strategy full           your own photographs, one sub-folder a class
//   dotnet run -c Release -- --predict photo.jpg --model output/model.safetensors
using System.CommandLine;
using System.Runtime.InteropServices;
using ImageClassification;
using Spectre.Console;
using TransferLearning;
using TransferLearning.Vision;

var sampleData = Path.Combine(AppContext.BaseDirectory, "data");

Option<string?> data = new("--data") { Description = "Folder with one sub-folder of images for each class. Default: the sample's own." };
Option<string?> validation = new("--validation") { Description = "Folder of the same form to measure by. Default: a fifth of the data." };
Option<string> backbone = new("--backbone") { Description = "Pretrained network.", DefaultValueFactory = _ => "efficientnet_lite0" };
Option<string?> weights = new("--weights") { Description = "Weight file (.safetensors, .pth) or folder. Default: from a weights package, a cache or a hub." };
Option<string> strategy = new("--strategy") { Description = "head: the head alone. full: the head, then everything. gradual: from the head down.", DefaultValueFactory = _ => "head" };
Option<int?> epochs = new("--epochs") { Description = "Passes over the data. Default: 30 for head, 4 for full and gradual.", CustomParser = value => Check.Count(value) };
Option<int> batch = new("--batch") { Description = "Images a step.", DefaultValueFactory = _ => 32, CustomParser = Check.Count };
Option<int> loaderThreads = new("--loader-threads") { Description = "Threads that prepare batches ahead; the result does not depend on it.", DefaultValueFactory = _ => 2, CustomParser = Check.CountOrNone };
Option<long> seed = new("--seed") { Description = "Seed of split, order and augmentation.", DefaultValueFactory = _ => 0 };
Option<string> device = new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto" };
Option<string> output = new("--output") { Description = "Where to save the model.", DefaultValueFactory = _ => Path.Combine("output", "model.safetensors") };
Option<string> report = new("--report") { Description = "Folder for report.json.", DefaultValueFactory = _ => "output" };
Option<string?> checkpoints = new("--checkpoints") { Description = "Folder for the state of the run, so that it can go on when it is stopped." };
Option<bool> resume = new("--resume") { Description = "Go on from what --checkpoints holds; with nothing there the run starts anew." };
Option<string?> predict = new("--predict") { Description = "Image or folder of images to classify with --model." };
Option<string?> model = new("--model") { Description = "Saved model to predict with." };
strategy.AcceptOnlyFromAmong("head", "full", "gradual");

RootCommand command = new("Fine-tunes a pretrained image network on your photographs.")
{
    data, validation, backbone, weights, strategy, epochs, batch, loaderThreads, seed, device, output, report, checkpoints, resume, predict, model,
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
        if (chosen.GetValue(predict) is { } images)
        {
            var saved = chosen.GetValue(model) ?? throw new ArgumentException("Say which model is to classify: --model FILE.safetensors.");
            Predictions.Print(saved, images, where, stop.Token);
            return 0;
        }
        if (chosen.GetValue(model) is not null) throw new ArgumentException("Say what the model is to classify: --predict FILE or --predict FOLDER.");

        var folder = chosen.GetValue(data);
        var photos = ImageFolder.Open(folder ?? Path.Combine(sampleData, "train"));
        var measured = chosen.GetValue(validation) ?? (folder is null ? Path.Combine(sampleData, "validation") : null);
        var (train, held) = measured is null
            ? photos.Split(0.8, chosen.GetValue(seed))
            : (photos, ImageFolder.Open(measured, new DatasetFolderOptions { ClassNames = photos.Targets.Names }));

        var (artefact, json) = (chosen.GetValue(output)!, Path.Combine(chosen.GetValue(report)!, "report.json"));
        using var artefactClaim = Check.Claim(artefact);
        using var reportClaim = Check.Claim(json);
        var state = chosen.GetValue(checkpoints) is { } place ? new CheckpointOptions(place) { Resume = chosen.GetValue(resume) } : null;
        if (state is null && chosen.GetValue(resume)) throw new ArgumentException("Say what the run is to go on from: --checkpoints FOLDER --resume.");
        using var network = VisionBackbones.Load(chosen.GetValue(backbone)!, chosen.GetValue(weights));
        var method = Enum.Parse<FineTuneMethod>(chosen.GetValue(strategy)!, ignoreCase: true);
        var result = Training.Run(
            network, train, held,
            new FineTuneOptions
            {
                Method = method,
                // A head that is trained shows its epochs, and goes on from a checkpoint; one that is computed has none.
                Epochs = chosen.GetValue(epochs) ?? (method == FineTuneMethod.Head ? 30 : 4),
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
        or ImageFormatException or WeightFormatException or WeightMismatchException or TrainingDivergedException)
    {
        return Fail(error.Message);
    }
}

static int Fail(string message)
{
    Console.Error.WriteLine(string.Join(' ', message.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
    return 2;
}
