namespace TransferLearning.Tests.Training;

/// <summary>A strategy of a test's own, from the hooks that it needs.</summary>
internal sealed class Hook : IFineTuneStrategy
{
    public string Description => "hook";

    public Action<TrainingSession>? OnPrepare { get; init; }

    public Action<TrainingSession>? OnEpoch { get; init; }

    public Action<TrainingSession, TrainingStep>? OnStep { get; init; }

    public Action<TrainingSession>? OnStepDone { get; init; }

    public Action<TrainingSession>? OnEpochDone { get; init; }

    public void Prepare(TrainingSession session) => OnPrepare?.Invoke(session);

    public void BeforeEpoch(TrainingSession session) => OnEpoch?.Invoke(session);

    public void BeforeStep(TrainingSession session, TrainingStep step) => OnStep?.Invoke(session, step);

    public void AfterStep(TrainingSession session, TrainingStep step) => OnStepDone?.Invoke(session);

    public void AfterEpoch(TrainingSession session, EpochReport epoch) => OnEpochDone?.Invoke(session);
}
