using TransferLearning;

namespace Snippets.Signals;

// snippet: signal-recipe
/// <summary>How signals are learnt, by the number of examples.</summary>
public static class SignalRecipe
{
    public static Recipe Choose(SignalDataset train, FineTuneOptions options)
    {
        options.Validate();
        var choice = MethodChoice.For(train.Targets, train.Count, options.Method, few: 4, many: 50);
        return new Recipe
        {
            Method = choice.Method, Reason = choice.Reason, Options = options.Training, Logger = options.Logger,
            Head = targets => new LinearHead(targets.Names, DefaultObjective.For(targets)),
            Stages = choice.Method switch
            {
                FineTuneMethod.FewShot => [new ContrastStage(Steps: 100, LearningRate: 1e-3), new ProbeStage()],
                FineTuneMethod.Head => [Stage("head", epochs: 50, new FreezeBackbone())],
                FineTuneMethod.Gradual => [Stage("gradual", epochs: 8, new GradualUnfreezing())],
                _ => [Stage("all", epochs: 8) with { Data = set => ((SignalDataset)set).WithAugmentation(new RandomShift()) }],
            },
        };

        TrainingStage Stage(string name, int epochs, params IFineTuneStrategy[] strategies) =>
            new(name, options.Epochs ?? epochs, new AdamW(learningRate: 5e-3), [.. strategies, new CosineDecay(warmup: 0.1)]);
    }
}
// end-snippet
