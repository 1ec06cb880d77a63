using TransferLearning;
using TransferLearning.Text;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace WebService;

/// <summary>
/// Models to begin with, made where they are not there yet. Replace the files by your own: the running service takes them.
/// </summary>
internal static class FirstModels
{
    /// <summary>The thousand classes that the pretrained network was trained on: its own classifier becomes the head.</summary>
    public static string Image(string path)
    {
        if (File.Exists(path)) return path;
        using var backbone = VisionBackbones.Load("efficientnet_lite0");
        using var model = backbone.WithHead(new LinearHead(backbone.Info.Labels));
        var (head, classifier) = (model.Head.state_dict(), backbone.Module.state_dict());
        using (no_grad())
            foreach (var name in (string[])["weight", "bias"]) head[name].copy_(classifier[$"classifier.{name}"]);
        Save(path, model.Save);
        return path;
    }

    /// <summary>What kind of thing a definition is of: fine-tuned on the definitions in <c>data</c>, in some seconds.</summary>
    public static string Text(string path)
    {
        if (File.Exists(path)) return path;
        Console.WriteLine("Learning to tell definitions apart: some seconds, at the first start alone.");
        using var classifier = TextClassifier.FineTune(Path.Combine(AppContext.BaseDirectory, "data", "train.csv"));
        Save(path, classifier.Save);
        return path;
    }

    private static void Save(string path, Action<string> save)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        save(path);
    }
}
