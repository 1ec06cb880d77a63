namespace TransferLearning;

/// <summary>
/// One aspect of fine-tuning: what is frozen, how the learning rate moves, what is added to the loss, when to stop. A <see cref="Trainer"/>
/// composes several in the order given; they do not know each other. To add one, implement the members it needs: all have empty defaults.
/// </summary>
/// <remarks>All members are called on the training thread. A strategy that keeps state serves one run at a time and resets it in
/// <see cref="Prepare"/>. Tensors that it keeps are given to <see cref="TrainingSession.Own"/>, since a run may end by an
/// exception.</remarks>
public interface IFineTuneStrategy
{
    /// <summary>The strategy and its settings in a few words, for reports: <c>"cosine decay, warm-up 0.1"</c>.</summary>
    string Description { get; }

    /// <summary>
    /// What it decides alone, such as <c>"the learning rate's schedule"</c>: two strategies with the same are refused. Default null: it
    /// composes with any other.
    /// </summary>
    string? Decides => null;

    /// <summary>
    /// A checksum of what it goes by besides its settings, such as another model's weights: a run that goes on from a checkpoint must have
    /// the same. Default null: the description says all.
    /// </summary>
    /// <param name="model">The model as it is before the run.</param>
    string? Checksum(TransferModel model) => null;

    /// <summary>
    /// Once, before the first epoch: freeze groups and parameters, add parameters, set learning-rate factors, refuse what cannot work.
    /// </summary>
    void Prepare(TrainingSession session) { }

    /// <summary>Before each epoch; what is frozen here is frozen in it.</summary>
    void BeforeEpoch(TrainingSession session) { }

    /// <summary>
    /// Around the gradients of each batch. <paramref name="next"/> lets the strategies after this one act and then computes outputs, loss
    /// and gradients; it may be called again for a second gradient. Before it: replace the batch, multiply the learning rate, add terms to
    /// the loss. After it: <see cref="TrainingStep.Output"/>, <see cref="TrainingStep.Loss"/> and the gradients are there, and the weights
    /// have not moved yet.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="next">Goes on; call it at least once.</param>
    void Step(TrainingStep step, Action next) => (next ?? throw new ArgumentNullException(nameof(next)))();

    /// <summary>After the weights have moved.</summary>
    void AfterStep(TrainingStep step) { }

    /// <summary>
    /// After the last step of each epoch, before the validation: what the model is measured with, and left with where this is the last
    /// epoch, may be put into it here (an average of weights). What training goes on with is put back in <see cref="BeforeEpoch"/>.
    /// </summary>
    void BeforeEvaluation(TrainingSession session) { }

    /// <summary>After each epoch and its validation; may ask to stop.</summary>
    /// <exception cref="KeyNotFoundException">What the session's epochs are compared by is not measured.</exception>
    void AfterEpoch(TrainingSession session, EpochReport epoch) { }

    /// <summary>Once, after the last epoch, whatever ended the run but an exception.</summary>
    void Complete(TrainingSession session) { }

    /// <summary>
    /// Between two steps: adds to a checkpoint what the strategy remembers from step to step. What follows from the session alone needs no
    /// saving.
    /// </summary>
    void Save(StrategyState state) { }

    /// <summary>
    /// After <see cref="Prepare"/>, when a run goes on from a checkpoint: takes over what <see cref="Save"/> added. The session stands
    /// where it stood then, and the weights are loaded next; <see cref="BeforeEpoch"/> is called again for the epoch in progress, and
    /// <see cref="BeforeEvaluation"/> for one that was stopped in its validation.
    /// </summary>
    /// <exception cref="KeyNotFoundException">The checkpoint lacks what the strategy saves.</exception>
    /// <exception cref="InvalidDataException">What it holds does not fit the model.</exception>
    void Load(StrategyState state) { }
}
