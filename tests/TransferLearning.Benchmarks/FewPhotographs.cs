using System.Text.Json.Nodes;
using TransferLearning.TestKit;
using TransferLearning.Vision;

namespace TransferLearning.Benchmarks;

/// <summary>Accuracy of the recipe with 5 or 10 flower photographs of each class, mean of ten draws, on the 150 for validation.</summary>
internal static class FewPhotographs
{
    public static int Run(string shots)
    {
        var train = ImageFolder.Open(TestFiles.Data("flowers/train"));
        var validation = ImageFolder.Open(TestFiles.Data("flowers/val"), new DatasetFolderOptions { ClassNames = train.Targets.Names });
        var draws = JsonNode.Parse(File.ReadAllText(TestFiles.Data("few-shot-draws.json")))!["sets"]!["flowers"]!["draws"]![shots]!.AsArray();
        var place = train.Names.Index().ToDictionary(photo => Path.Combine(photo.Item.Split('/')[^2..]), photo => photo.Index);
        using var backbone = VisionBackbones.Load("efficientnet_lite0");
        List<double> accuracies = [];
        foreach (var draw in draws)
        {
            var photos = train.Subset([.. draw!.AsArray().Select(name => place[(string)name!])]);
            var recipe = ImageRecipe.Choose(photos);
            using var model = recipe.CreateModel(backbone, photos.Targets);
            accuracies.Add(recipe.Fit(model, photos, validation).Accuracy);
            Console.WriteLine(FormattableString.Invariant($"draw {accuracies.Count - 1}: {accuracies[^1]:P1}"));
        }
        Console.WriteLine(FormattableString.Invariant($"{shots} photographs a class: mean {accuracies.Average():P2} of {accuracies.Count} draws"));
        return 0;
    }
}
