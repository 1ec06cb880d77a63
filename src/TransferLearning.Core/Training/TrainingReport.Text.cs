using System.Globalization;
using System.Text;

namespace TransferLearning;

public sealed partial record TrainingReport
{
    // More rows are for the file; of more the worst are shown.
    private const int LongestTable = 50, ShownOfMore = 20;

    /// <summary>What a person wants to know of the run: what was trained, the classes' measures as a table, the numbers, and every warning.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var warning in Warnings) Line($"Warning: {warning}");
        Line($"{Backbone}, {Head} head, {TrainCount} examples to learn from, {ValidationCount} to measure by.");
        foreach (var strategy in Strategies) Line($"  {strategy}");
        if (Evaluation is null && Epochs.Count > 0) Line($"Nothing was measured. Training loss {Epochs[^1].TrainLoss:F3}, {Seconds:F0} s.");
        else if (Evaluation is not null) Measures(Evaluation);
        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));

        void Measures(Evaluation evaluation)
        {
            if ((evaluation.Classification?.Classes ?? evaluation.Result<MultiLabelResult>()?.Classes) is { Count: > 0 } classes) Table(classes);
            if (evaluation.Classification is { Count: > 0 } measured)
                Line($"Accuracy {measured.Accuracy:F3} (95 % interval {measured.AccuracyInterval[0]:F3} to {measured.AccuracyInterval[1]:F3}), macro F1 {measured.MacroF1:F3}, loss {evaluation.Loss:F3}, {Seconds:F0} s.");
            else
                Line($"{string.Join(", ", evaluation.Values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Name} {value.Value:F3}")))}, {Seconds:F0} s.");
            if (Epochs.Count > 1) Line($"The weights are those of epoch {WeightsFromEpoch} of {Epochs.Count}; {StopReason}.");
        }

        void Table(IReadOnlyList<ClassMeasures> classes)
        {
            IReadOnlyList<ClassMeasures> shown = classes.Count <= LongestTable ? classes : [.. classes.Where(one => one.Support > 0).OrderBy(one => one.F1).Take(ShownOfMore)];
            var width = shown.Select(one => one.Name.Length).Append("class".Length).Max();
            Line($"{"class".PadRight(width)}  precision  recall     F1  examples");
            foreach (var one in shown) Line($"{one.Name.PadRight(width)}  {one.Precision,9:F3}  {one.Recall,6:F3}  {one.F1,5:F3}  {one.Support,8}");
            if (shown.Count < classes.Count) Line($"These are the {shown.Count} of {classes.Count} classes with the lowest F1 among those that occur; the others are in the file that Save writes.");
        }
    }
}
