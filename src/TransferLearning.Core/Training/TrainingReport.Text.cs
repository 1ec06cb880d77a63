using System.Globalization;
using System.Text;

namespace TransferLearning;

public sealed partial record TrainingReport
{
    /// <summary>
    /// What a person wants to know of the run: what was trained, the classes' measures as a table, the numbers, and every warning.
    /// </summary>
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
            text.Append(evaluation.Text(string.Create(CultureInfo.InvariantCulture, $", {Seconds:F0} s.")));
            if (Epochs.Count > 1) Line($"The weights are those of epoch {WeightsFromEpoch} of {Epochs.Count}; {StopReason}.");
        }
    }
}
