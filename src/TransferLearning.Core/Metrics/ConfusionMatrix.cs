using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>
/// Which classes were taken for which: the number of examples of each class and answer. It takes room for the pairs that occur alone.
/// </summary>
public sealed class ConfusionMatrix
{
    // Larger ones are written as the pairs that occur.
    private const int LargestTable = 1000;

    private readonly Dictionary<(int Truth, int Answer), int> _counts;

    internal ConfusionMatrix(int classes, IReadOnlyDictionary<(int, int), int> counts) => (Classes, _counts) = (classes, new(counts));

    /// <summary>Number of classes; 0 where they have no names.</summary>
    public int Classes { get; }

    /// <summary>How many examples of class <paramref name="truth"/> were taken for class <paramref name="answer"/>.</summary>
    public int this[int truth, int answer] => _counts.GetValueOrDefault((truth, answer));

    /// <summary>The pairs that occur, ordered by truth and answer.</summary>
    public IEnumerable<(int Truth, int Answer, int Count)> Entries =>
        _counts.OrderBy(entry => entry.Key).Select(entry => (entry.Key.Truth, entry.Key.Answer, entry.Value));

    internal JsonArray ToJson() => Classes is > 0 and <= LargestTable
        ? MetricJson.Array(
            Enumerable.Range(0, Classes).Select(truth => (JsonNode?)MetricJson.Array(Enumerable.Range(0, Classes).Select(answer => (JsonNode?)this[truth, answer]))))
        : MetricJson.Array(Entries.Select(entry => (JsonNode?)MetricJson.Array([entry.Truth, entry.Answer, entry.Count])));

    internal static ConfusionMatrix Read(JsonArray json, int classes)
    {
        Dictionary<(int, int), int> counts = [];
        var isTable = classes is > 0 and <= LargestTable;
        if (isTable && json.Count != classes)
            throw new JsonException($"A confusion matrix of {json.Count} rows is not one of {classes} classes.");
        foreach (var (truth, row) in json.Index())
        {
            int[] numbers = [.. row!.AsArray().Select(number => (int)number!)];
            if (!isTable) counts[(numbers[0], numbers[1])] = numbers[2];
            else foreach (var (answer, count) in numbers.Index())
                if (count != 0) counts[(truth, answer)] = count;
        }
        return new ConfusionMatrix(classes, counts);
    }
}
