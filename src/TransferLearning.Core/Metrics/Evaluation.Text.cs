using System.Globalization;
using System.Text;

namespace TransferLearning;

public sealed partial record Evaluation
{
    // More rows are for the file; of more the worst are shown.
    private const int LongestTable = 50, ShownOfMore = 20, ShownConfusions = 5;

    /// <summary>The classes' measures as a table, the accuracy with its interval, the other numbers, and which classes are taken for which
    /// most often.</summary>
    public override string ToString() => Text(".") + (Classification is { Classes.Count: > 0 } answers ? Confusions(answers) : "");

    /// <summary>The table and the numbers.</summary>
    /// <param name="end">What follows the numbers in their line.</param>
    internal string Text(string end)
    {
        var text = new StringBuilder();
        if ((Classification?.Classes ?? Result<MultiLabelResult>()?.Classes) is { Count: > 0 } classes) Table(classes);
        if (Classification is { Count: > 0 } measured)
            Line($"Accuracy {measured.Accuracy:F3} (95 % interval {measured.AccuracyInterval[0]:F3} to {measured.AccuracyInterval[1]:F3}), macro F1 {measured.MacroF1:F3}, loss {Loss:F3}{end}");
        else
            Line($"{string.Join(", ", Values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Name} {value.Value:F3}")))}{end}");
        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));

        void Table(IReadOnlyList<ClassMeasures> classes)
        {
            IReadOnlyList<ClassMeasures> shown = classes.Count <= LongestTable ? classes : [.. classes.Where(one => one.Support > 0).OrderBy(one => one.F1).Take(ShownOfMore)];
            var width = shown.Select(one => one.Name.Length).Append("class".Length).Max();
            Line($"{"class".PadRight(width)}  precision  recall     F1  examples");
            foreach (var one in shown) Line($"{one.Name.PadRight(width)}  {one.Precision,9:F3}  {one.Recall,6:F3}  {one.F1,5:F3}  {one.Support,8}");
            if (shown.Count < classes.Count) Line($"These are the {shown.Count} of {classes.Count} classes with the lowest F1 among those that occur; the others are in the file that Save writes.");
        }
    }

    private static string Confusions(ClassificationResult answers)
    {
        string[] most = [.. answers.Confusion.Entries.Where(entry => entry.Truth != entry.Answer).OrderByDescending(entry => entry.Count).Take(ShownConfusions)
            .Select(entry => string.Create(CultureInfo.InvariantCulture, $"{answers.Classes[entry.Truth].Name} for {answers.Classes[entry.Answer].Name} {entry.Count}"))];
        return most.Length == 0 ? "" : $"Taken for another, most often: {string.Join(", ", most)}.{Environment.NewLine}";
    }
}
