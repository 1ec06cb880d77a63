using System.Globalization;
using System.Text;
using System.Text.Json;
using TransferLearning.TestKit;
using TransferLearning.Text;

namespace TransferLearning.Benchmarks;

/// <summary>Accuracy of the recipes on public sets, whole and with a few examples a class.</summary>
internal static class Texts
{
    public static int Run(string[] arguments)
    {
        var set = arguments[0];
        var (train, test) = Open(set);
        if (arguments[1] is "8" or "16")
            return FewShots(set, int.Parse(arguments[1], CultureInfo.InvariantCulture), train, test, arguments.ElementAtOrDefault(2));
        var method = Enum.Parse<FineTuneMethod>(arguments[1], ignoreCase: true);
        var report = Train(new FineTuneOptions { Method = method }, train, test);
        Console.WriteLine(
            FormattableString.Invariant($"{set}, {method}: {report.Accuracy:P2}, {report.Seconds:F0} s. {string.Join("; ", report.Strategies)}"));
        Console.WriteLine(
            string.Join(", ", report.Epochs.Select(epoch => FormattableString.Invariant($"epoch {epoch.Epoch}: {epoch.Evaluation!.Accuracy:P2}, loss {epoch.TrainLoss:F4}, {epoch.Seconds:F0} s"))));
        return 0;
    }

    private static int FewShots(string set, int shots, TextDataset train, TextDataset test, string? method)
    {
        // 500 evenly spaced rows.
        var subset = test.Subset([.. Enumerable.Range(0, 500).Select(i => i * test.Count / 500)]);
        using var draws = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Data("few-shot-draws.json")));
        var rows = draws.RootElement.GetProperty("sets").GetProperty(set).GetProperty("draws")
            .GetProperty(shots.ToString(CultureInfo.InvariantCulture));
        List<double> accuracies = [];
        for (var draw = 0; draw < 5; draw++)
        {
            var few = train.Subset([.. Rows(rows[draw])]);
            var report = Train(
                new FineTuneOptions { Method = method is null ? FineTuneMethod.Auto : Enum.Parse<FineTuneMethod>(method, ignoreCase: true), Seed = draw }, few, subset);
            accuracies.Add(report.Accuracy);
            Console.WriteLine(
                FormattableString.Invariant($"{set}, {shots} a class, draw {draw}: {report.Accuracy:P2}, {report.Seconds:F0} s. {string.Join("; ", report.Strategies)}"));
        }
        Console.WriteLine(FormattableString.Invariant($"{set}, {shots} a class: mean {accuracies.Average():P2}"));
        return 0;
    }

    private static IEnumerable<int> Rows(JsonElement draw) => draw.ValueKind == JsonValueKind.Number
        ? [draw.GetInt32()]
        : draw.ValueKind == JsonValueKind.Object
            ? draw.EnumerateObject().SelectMany(member => Rows(member.Value))
            : draw.EnumerateArray().SelectMany(Rows);

    private static TrainingReport Train(FineTuneOptions options, TextDataset train, TextDataset test)
    {
        using var backbone = TextBackbones.Load("all_minilm_l6_v2");
        var recipe = TextRecipe.Choose(train, options, backbone.Input.Pooling);
        using var model = recipe.CreateModel(backbone, train.Targets);
        return recipe.Fit(model, train, test);
    }

    public static (TextDataset Train, TextDataset Test) Open(string set)
    {
        var train = Part(set, train: true, null);
        return (train, Part(set, train: false, train.Targets.Names));
    }

    private static TextDataset Part(string set, bool train, IReadOnlyList<string>? classes) => set switch
    {
        "sst2" =>
            TextFile.Open(
                TestFiles.Data($"text/sst2/{(train ? "train" : "test")}.tsv"), new TextFileOptions { ClassNames = classes, Header = false }),
        "banking77" =>
            TextFile.Open(TestFiles.Data($"text/banking77/{(train ? "train" : "test")}.csv"), new TextFileOptions { ClassNames = classes }),
        // "NUM:dist How far is it ...": the label ends at the first blank, its coarse part at the colon.
        "trec" => TextDataset.From(
            File.ReadLines(TestFiles.Data($"text/trec/TREC.{(train ? "train" : "test")}"), Encoding.Latin1)
                .Select(line => (line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], line[..line.IndexOf(':', StringComparison.Ordinal)])), classes),
        _ => throw new ArgumentException($"The set '{set}' is unknown: sst2, trec or banking77."),
    };
}
