namespace TransferLearning.Tests.Training;

/// <summary>A strategy of a test's own, from the hooks that it needs.</summary>
internal sealed class Hook : IFineTuneStrategy
{
    public string Description => "hook";

    public Action<TrainingSession>? OnPrepare { get; init; }

    public Action<TrainingSession>? OnEpoch { get; init; }

    public Action<TrainingStep>? OnStep { get; init; }

    public Action<TrainingStep>? OnStepDone { get; init; }

    public Action<TrainingSession>? OnEvaluation { get; init; }

    public Action<TrainingSession>? OnEpochDone { get; init; }

    public void Prepare(TrainingSession session) => OnPrepare?.Invoke(session);

    public void BeforeEpoch(TrainingSession session) => OnEpoch?.Invoke(session);

    public void Step(TrainingStep step, Action next)
    {
        OnStep?.Invoke(step);
        next();
    }

    public void AfterStep(TrainingStep step) => OnStepDone?.Invoke(step);

    public void BeforeEvaluation(TrainingSession session) => OnEvaluation?.Invoke(session);

    public void AfterEpoch(TrainingSession session, EpochReport epoch) => OnEpochDone?.Invoke(session);
}
