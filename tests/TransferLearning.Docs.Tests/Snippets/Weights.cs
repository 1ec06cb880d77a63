using TransferLearning;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace Snippets;

internal static class Weights
{
    public static void LoadBackbone()
    {
        // snippet: load-file
        using var fromFile = VisionBackbones.Load("resnet50", "resnet50-0676ba61.pth");
        using var fromFolder = VisionBackbones.Load("resnet50", "models/resnet50");
        // end-snippet
    }

    public static void Cut()
    {
        // snippet: cut-backbone
        using var withoutPooling = VisionBackbones.Load("vgg16").Without("features.30");
        using var threeStages = VisionBackbones.Load("resnet50").UpTo("layer3");
        // end-snippet
    }

    public static void Named()
    {
        // snippet: named-weights
        using var second = VisionBackbones.Load("resnet50", "IMAGENET1K_V2");
        foreach (var network in VisionBackbones.List())
        foreach (var weights in network.Weights)
            Console.WriteLine($"{network.Id} {weights.Name}: {weights.Top1} %, {weights.Licence}");
        // end-snippet
    }

    public static void List()
    {
        // snippet: list-tensors
        using var file = WeightFile.Open("model.safetensors");
        Console.WriteLine($"{file.Format}, {file.Tensors.Count} tensors");
        foreach (var (name, info) in file.Tensors) Console.WriteLine($"{name}: {info}");
        using Tensor weight = file.Read("fc.weight", ScalarType.Float32);
        // end-snippet
    }

    public static LoadReport LoadModule(nn.Module module, string path)
    {
        // snippet: load-module
        LoadReport report = WeightLoader.Load(module, path, new WeightLoadOptions
        {
            Rules = [.. NameRule.Common, new NameRule("my encoder", @"^encoder\.", "")],
            HeadPrefixes = ["fc"],
            Head = HeadPolicy.Skip,
            MayBeUnexpected = [@"^decoder\."],
        });
        Console.WriteLine(report);
        // end-snippet
        return report;
    }

    public static async Task Locate(CancellationToken cancellationToken)
    {
        // snippet: locate
        var locator = new WeightLocator(new WeightPackageSource(), new HubCacheSource(), new HubSource(new HubOptions { Attempts = 3 }));
        var request = new WeightRequest("resnet50") { Repository = "timm/resnet50.tv_in1k" };
        var progress = new Progress<DownloadProgress>(now => Console.Write($"\r{now.Received} of {now.Total} bytes"));
        var found = await locator.FindAsync(request, progress, cancellationToken);
        using var backbone = VisionBackbones.Load("resnet50", found.Path, cancellationToken: cancellationToken);
        // end-snippet
    }

    public static async Task LoadAsync(CancellationToken cancellationToken)
    {
        // snippet: load-async
        var progress = new Progress<DownloadProgress>(now => Console.Write($"\r{now.File}: {now.Received} of {now.Total} bytes"));
        using var backbone = await VisionBackbones.LoadAsync("resnet50", progress: progress, cancellationToken: cancellationToken);
        // end-snippet
    }

    public static void Inspect()
    {
        // snippet: open-artefact
        using var saved = ModelArtefact.Open("flowers.safetensors");
        Console.WriteLine($"{saved.BackboneId}, {saved.HeadKind}: {string.Join(", ", saved.Labels)}");
        // end-snippet
    }

    public static void Write(nn.Module module)
    {
        // snippet: write-safetensors
        Safetensors.Write("mine.safetensors", module.state_dict());
        // end-snippet
    }
}

// snippet: own-source
/// <summary>A share in the company's network: one folder for each id.</summary>
public sealed class ShareSource(string root) : IWeightSource
{
    public string Describe(WeightRequest request) => $"the share '{Path.Combine(root, request.Id)}'";

    public Task<WeightLocation?> FindAsync(WeightRequest request, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new WeightFileSource(Path.Combine(root, request.Id, "model.safetensors")).FindAsync(request, progress, cancellationToken);
}
// end-snippet
