namespace TransferLearning;

/// <summary>
/// One aspect of fine-tuning: what is frozen, how the learning rate moves, when to stop. A <see cref="Trainer"/> composes
/// several in the order given; they do not know each other. To add one, implement the hooks it needs: all have empty defaults.
/// </summary>
/// <remarks>All hooks run on the training thread. A strategy that keeps state serves one run at a time and resets it in <see cref="Prepare"/>.</remarks>
public interface IFineTuneStrategy
{
    /// <summary>The strategy and its settings in a few words, for reports: <c>"cosine decay, warm-up 0.1"</c>.</summary>
    string Description { get; }

    /// <summary>Once, before the first epoch: freeze groups, set their learning-rate factors, refuse what cannot work.</summary>
    void Prepare(TrainingSession session) { }

    /// <summary>Before each epoch; changes to the groups take effect in it.</summary>
    void BeforeEpoch(TrainingSession session) { }

    /// <summary>Before each step: multiply the learning rate, replace the batch.</summary>
    void BeforeStep(TrainingSession session, TrainingStep step) { }

    /// <summary>After each step, when the weights have moved.</summary>
    void AfterStep(TrainingSession session, TrainingStep step) { }

    /// <summary>After each epoch and its validation; may ask to stop.</summary>
    void AfterEpoch(TrainingSession session, EpochReport epoch) { }

    /// <summary>Once, after the last epoch, whatever ended the run but an exception.</summary>
    void Complete(TrainingSession session) { }

    /// <summary>Between two steps: adds to a checkpoint what the strategy remembers from step to step. What follows from the session alone needs no saving.</summary>
    void Save(StrategyState state) { }

    /// <summary>
    /// After <see cref="Prepare"/>, when a run goes on from a checkpoint: takes over what <see cref="Save"/> added. The session stands where
    /// it stood then; <see cref="BeforeEpoch"/> is called again for the epoch in progress.
    /// </summary>
    void Load(StrategyState state) { }
}
