using TransferLearning.Text;

const string model = "model.safetensors";

switch (args)
{
    case ["train", var file]: // CSV, TSV or JSON Lines with a column of texts and a column of classes
    {
        using var classifier = TextClassifier.FineTune(file, "all_minilm_l6_v2");
        var report = classifier.Report!;
        foreach (var warning in report.Warnings) Console.WriteLine(warning);
        Console.WriteLine($"{report.Strategies[0]} Accuracy {report.Accuracy:P1}.");
        classifier.Save(model);
        return 0;
    }

    case ["predict", .. { Length: > 0 } texts]:
    {
        using var classifier = TextClassifier.Load(model);
        foreach (var text in texts)
        {
            var best = classifier.Predict(text).Best;
            Console.WriteLine($"{text}: {best.Label} ({best.Probability:P1})");
        }
        return 0;
    }

    default:
        Console.Error.WriteLine("Usage: train FILE, or predict TEXT...");
        return 2;
}
