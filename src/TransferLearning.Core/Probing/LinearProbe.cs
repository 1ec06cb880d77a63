using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace TransferLearning;

/// <summary>
/// Fits a linear head on the features of a frozen backbone to its optimum: multinomial logistic regression with an L2 penalty,
/// the model and the objective of scikit-learn's LogisticRegression. One pass through the backbone, then seconds; no learning
/// rate and no epochs to choose, and no randomness but the parts of the cross-validation.
/// </summary>
/// <param name="options">Options; null (default): all defaults, so that C is chosen by cross-validation.</param>
public sealed class LinearProbe(LinearProbeOptions? options = null)
{
    /// <summary>Options of the probe.</summary>
    public LinearProbeOptions Options { get; } = options ?? new LinearProbeOptions();

    /// <summary>Receives a line for the result and each warning. Default: none.</summary>
    public ILogger Logger { get; init => field = value ?? throw new ArgumentNullException(nameof(Logger)); } = NullLogger.Instance;

    /// <summary>
    /// Fits the head in place; the backbone stays as it is. Leaves the model in evaluation mode, on the device that the features
    /// were computed on. Weights of classes are those of the head's <see cref="CrossEntropy.ClassWeights"/>.
    /// </summary>
    /// <param name="model">A model with a <see cref="LinearHead"/>; its labels must be the data sets' class names.</param>
    /// <param name="train">Examples to learn from, without augmentation.</param>
    /// <param name="validation">Examples to measure by; null: none. They do not take part in the choice of C.</param>
    /// <param name="progress">Told after every batch of features (<see cref="TrainingPhase.CachingFeatures"/>) and after every fit
    /// (<see cref="TrainingPhase.Training"/>).</param>
    /// <param name="cancellationToken">Ends the run between two batches or iterations; until the last fit has ended the head keeps the
    /// weights that it had.</param>
    /// <returns>What was done and reached, as one epoch; <see cref="TrainingReport.Strategies"/> says which C was taken and why.</returns>
    /// <exception cref="ArgumentException">An option, the head or a data set does not fit; the message says which and how to mend
    /// it.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public TrainingReport Fit(
        TransferModel model,
        IDataset train,
        IDataset? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        Options.Validate();
        var objective = ObjectiveOf(model);
        double[] classWeights = [.. objective.ClassWeights?.Select(weight => (double)weight) ?? Enumerable.Repeat(1.0, model.Labels.Count)];
        return FeatureFit.Run(model, train, validation, Options.Passes, Logger, (plan, features, targets) =>
        {
            var solution = ProbeSolution.Solve(
                features, targets.Values, classWeights, Options, (done, all) => plan.Report(TrainingPhase.Training, done, all), cancellationToken);
            model.Head.get_parameter("weight")!.copy_(solution.Weight);
            model.Head.get_parameter("bias")!.copy_(solution.Bias);
            return solution.Converged
                ? new($"linear probe, {solution.Choice}", "L-BFGS", $"optimum reached in {solution.Iterations} iterations")
                : new($"linear probe, {solution.Choice}", "L-BFGS", $"{solution.Iterations} iterations done",
                    $"The fit was ended after {solution.Iterations} iterations, before its optimum: raise MaxIterations.");
        }, progress, cancellationToken);
    }

    private static CrossEntropy ObjectiveOf(TransferModel model) => model.Replacer switch
    {
        LinearHead { Objective: CrossEntropy { LabelSmoothing: 0 } objective } => objective,
        LinearHead head => throw new ArgumentException(
            "A linear probe minimises cross-entropy without label smoothing, and the head's objective is "
            + $"{head.Objective.Description}: use new CrossEntropy(), or a Trainer."),
        var head => throw new ArgumentException(
            $"A linear probe fits a LinearHead, and the model has a head of kind '{head.Kind}': use a LinearHead, or a Trainer."),
    };
}
