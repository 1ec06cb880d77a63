using static TorchSharp.torch;

namespace TransferLearning.Api.Tests;

/// <summary>A training run to attack from within: its session, steps and states live no longer than it.</summary>
internal static class Live
{
    private static readonly Type[] Parts =
        [typeof(TrainingSession), typeof(TrainingStep), typeof(TrainingGroup), typeof(TrainingParameter),
        typeof(StrategyState), typeof(ModelSnapshot)];

    [ThreadStatic] private static TrainingStep? step;

    [ThreadStatic] private static StrategyState? state;

    /// <summary>The step that is open.</summary>
    public static TrainingStep Step => step ?? throw new NotSupportedException("No run is going on.");

    /// <summary>What is being saved.</summary>
    public static StrategyState State => state ?? throw new NotSupportedException("Nothing is being saved.");

    public static void With(Type type, Action action) => With([type], action);

    /// <summary>Acts, within a run where one of the types is a part of one.</summary>
    public static void With(IReadOnlyList<Type> types, Action action)
    {
        if (!types.Any(Parts.Contains))
        {
            action();
            return;
        }
        Exception? failure = null;
        var folder = Directory.CreateTempSubdirectory("live-");
        try
        {
            using var model = Known.Model();
            new Trainer(new TrainerOptions { Epochs = 1, BatchSize = 8, Device = CPU, LoaderThreads = 0,
                Checkpoints = types.Contains(typeof(StrategyState)) ? new CheckpointOptions(folder.FullName) : null },
                new Strategy(types.Contains(typeof(StrategyState)), Act)).Fit(model, Known.Data());
        }
        catch (Exception) when (failure is null)
        {
            // The run bears what was done to it, or does not.
        }
        finally
        {
            (step, state) = (null, null);
            folder.Delete(recursive: true);
        }
        if (failure is not null) throw failure;

        void Act()
        {
            try
            {
                action();
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
        }
    }

    private sealed class Strategy(bool isSaving, Action act) : IFineTuneStrategy
    {
        private bool _isDone;

        public string Description => "attack";

        public void Step(TrainingStep open, Action next)
        {
            step = open;
            if (!isSaving) Once();
            next();
        }

        public void Save(StrategyState saved)
        {
            state = saved;
            if (isSaving) Once();
        }

        private void Once()
        {
            if (_isDone) return;
            _isDone = true;
            act();
        }
    }
}
