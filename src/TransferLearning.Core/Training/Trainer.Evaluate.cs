using static TorchSharp.torch;

namespace TransferLearning;

public sealed partial class Trainer
{
    /// <summary>Measures a model on a data set; leaves it in evaluation mode, on the training device.</summary>
    /// <param name="model">The model; its labels must be the data set's class names.</param>
    /// <param name="dataset">The examples.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellationToken">Ends the evaluation between two batches.</param>
    /// <exception cref="ArgumentException">An option, the data set or a label does not fit; the message says which and how to mend
    /// it.</exception>
    /// <exception cref="InvalidOperationException">A run on another thread trains the same backbone.</exception>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses an operation, such as on images of another size or
    /// type than the backbone reads; the message is torch's.</exception>
    public Evaluation Evaluate(
        TransferModel model, IDataset dataset, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        Options.Validate();
        using var use = BackboneUse.Of(model.Backbone).Measure();
        using var data = new RunData(model, dataset, null, Options, progress, cancellationToken, "evaluation");
        foreach (var warning in data.Warnings) Logger.Warn(warning);
        model.Eval();
        return Evaluate(model, data.Train, data.Plan, checksOutputs: true);
    }

    /// <summary>Names an example whose input, or output where there is one, is no number.</summary>
    private static void CheckNumbers(Batch batch, TensorSet? output, ReadOnlySpan<int> positions)
    {
        for (var i = 0; i < positions.Length && i < batch.Input.Count; i++)
            if (NonFinite.Has(batch.Input, i))
                throw new ArgumentException(
                    $"Example {positions[i]} of the data set, counted from 0, holds NaN or infinite values: check the data.");
        for (var i = 0; i < positions.Length && i < output?.Count; i++)
            if (NonFinite.Has(output, i))
                throw new ArgumentException(
                    $"Example {positions[i]} of the data set, counted from 0, makes the model give NaN or infinite values: its "
                    + "weights are broken, or the example is far outside of what it was trained on.");
    }

    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="data">The examples.</param>
    /// <param name="plan">How to go through them.</param>
    /// <param name="checksOutputs">Whether outputs that are no numbers are refused; else they are a run's that diverges, which says so
    /// itself.</param>
    internal static Evaluation Evaluate(TransferModel model, FeatureCache data, BatchPlan plan, bool checksOutputs = false)
    {
        using var _ = no_grad();
        using var meter = new LossMeter(plan.Device);
        var (objective, outputs) = (model.Replacer.Objective, model.Replacer.Outputs);
        IMetricState[] metrics = [.. model.Replacer.Metrics.Select(metric => metric.Start(model.Labels))];
        var count = 0;
        foreach (var (positions, batch) in plan.Once(data.Source, TrainingPhase.Validating))
        {
            using var scope = NewDisposeScope();
            using (batch)
            {
                objective.Validate(batch.Target, outputs);
                var onDevice = batch.To(plan.Device);
                var output = model.ForwardFrom(onDevice.Input, data.Stage);
                var loss = objective.Loss(output, onDevice.Target);
                if (NonFinite.Has(loss)) CheckNumbers(batch, checksOutputs ? output : null, positions.Span);
                meter.Add(loss, objective.Weight(batch.Target));
                foreach (var metric in metrics) metric.Add(output, onDevice.Target);
                count += batch.Count;
            }
        }
        return new Evaluation { Count = count, Loss = meter.Mean(), Results = [.. metrics.Select(metric => metric.Compute())] };
    }
}
