using TransferLearning.Vision;

const string model = "model.safetensors";

switch (args)
{
    case ["train", var folder]: // one sub-folder of images for each class
    {
        using var classifier = ImageClassifier.FineTune(folder, "efficientnet_lite0");
        var report = classifier.Report!;
        foreach (var warning in report.Warnings) Console.WriteLine(warning);
        Console.WriteLine($"{report.Strategies[0]} Accuracy {report.Accuracy:P1}.");
        classifier.Save(model);
        return 0;
    }

    case ["predict", .. { Length: > 0 } images]:
    {
        using var classifier = ImageClassifier.Load(model);
        foreach (var image in images)
        {
            var best = classifier.Predict(image).Best;
            Console.WriteLine($"{image}: {best.Label} ({best.Probability:P1})");
        }
        return 0;
    }

    default:
        Console.Error.WriteLine("Usage: train FOLDER, or predict IMAGE...");
        return 2;
}
