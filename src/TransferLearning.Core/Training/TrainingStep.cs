using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>One batch on its way through the model: what strategies see and change.</summary>
public sealed class TrainingStep
{
    private readonly List<Func<TrainingStep, Tensor>> _terms = [];
    private readonly Batch _given;
    private readonly double _givenWeight;

    internal TrainingStep(TrainingSession session, Batch batch, double weight, int stage) =>
        (Session, Batch, _given, _givenWeight, Stage) = (session, batch, batch, weight, stage);

    /// <summary>The run.</summary>
    public TrainingSession Session { get; }

    /// <summary>
    /// The stage that the batch's input is the input of: 0 for the examples themselves, more for kept features of frozen layers.
    /// </summary>
    public int Stage { get; }

    /// <summary>
    /// The batch, on the training device: the examples' inputs, or what frozen layers made of them (<see cref="Stage"/>). A strategy that
    /// replaces it creates the new one in the current dispose scope, and leaves the old one alone.
    /// </summary>
    public Batch Batch { get; set => field = value ?? throw new ArgumentNullException(nameof(Batch)); }

    /// <summary>What the learning rate of every group is multiplied by in this step. Starts at 1; strategies multiply it.</summary>
    public double LearningRateFactor { get; set; } = 1;

    /// <summary>
    /// What the objective's loss is multiplied by, beside the terms that strategies add. Starts at 1; strategies multiply it.
    /// </summary>
    public double ObjectiveFactor { get; set; } = 1;

    /// <summary>Whether the weights move after this batch; false where the gradients of several are gathered and others follow.</summary>
    public bool MovesWeights { get; internal init; } = true;

    /// <summary>The model's outputs of the last computation; belongs to the step.</summary>
    /// <exception cref="InvalidOperationException">Nothing is computed yet.</exception>
    public TensorSet Output { get => field ?? throw Early(); private set; }

    /// <summary>The loss of the last computation, a scalar with the terms that were added; belongs to the step.</summary>
    /// <exception cref="InvalidOperationException">Nothing is computed yet.</exception>
    public Tensor Loss { get => field ?? throw Early(); private set; }

    /// <summary>What the batch's loss weighs in the mean over several batches.</summary>
    public double Weight => ReferenceEquals(Batch, _given) ? _givenWeight : Session.Model.Replacer.Objective.Weight(Batch.Target);

    internal bool IsComputed { get; private set; }

    /// <summary>
    /// Adds to the loss, in each computation of this step. The function reads <see cref="Output"/> and gives a scalar with gradients, in
    /// the current dispose scope.
    /// </summary>
    public void AddLoss(Func<TrainingStep, Tensor> term) => _terms.Add(term ?? throw new ArgumentNullException(nameof(term)));

    /// <summary>Outputs, loss and gradients, which are added to those that are there.</summary>
    internal void Compute()
    {
        using var scope = NewDisposeScope();
        var (model, weight) = (Session.Model, Weight);
        Output = model.ForwardFrom(Batch.Input, Stage).MoveToOuterDisposeScope(except: Batch.Input);
        var loss = model.Replacer.Objective.Loss(Output, Batch.Target);
        if (ObjectiveFactor != 1) loss = loss * ObjectiveFactor;
        foreach (var term in _terms) loss = loss + term(this);
        Loss = loss.MoveToOuterDisposeScope();
        if (!IsComputed) Session.Watch(this, weight);
        IsComputed = true;
        if (Session.BatchesPerStep == 1) loss.backward();
        else if (weight > 0) loss.mul(weight).backward();
    }

    private static InvalidOperationException Early() => new("Nothing is computed yet: call next() first.");
}
