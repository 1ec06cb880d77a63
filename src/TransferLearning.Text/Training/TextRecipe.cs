namespace TransferLearning.Text;

/// <summary>How texts are learnt, by how many there are.</summary>
public static class TextRecipe
{
    private const int FewExamples = 32;
    private const int ManyExamples = 400;
    private const int ManyClasses = 20;

    // So few examples do not tell one C from another.
    private const double FewShotC = 100;

    // Of a head alone on features of length 1, which bears far larger steps than the layers below it. Labels need large weights;
    // values are overfitted by them.
    private const int HeadEpochs = 30;
    private const double LabelLearningRate = 0.05, ValueLearningRate = 0.005;

    /// <summary>The recipe for a set; every part of it can be changed with <c>with</c>.</summary>
    /// <remarks>
    /// <see cref="FineTuneMethod.FewShot"/>: up to 32 examples a class; <see cref="FineTuneMethod.Head"/>: below 400;
    /// <see cref="FineTuneMethod.Full"/>: more; <see cref="FineTuneMethod.Gradual"/> where it is asked for. Several labels, values and soft
    /// targets are never few: pairs need a class. Where the layers stay as they are and the backbone pools by the mean, the head
    /// pools by <see cref="HeadPooling.MeanMax"/>, which tells it more.
    /// </remarks>
    /// <param name="train">Texts to learn from.</param>
    /// <param name="options">Method, epochs, batch size, seed and device; null: the defaults.</param>
    /// <param name="pooling">How the backbone pools: its <see cref="TextSpec.Pooling"/>. Default: by the mean.</param>
    /// <exception cref="ArgumentException">An option is out of its range; or few-shot learning is asked for, and the texts have no single
    /// classes.</exception>
    public static Recipe Choose(TextDataset train, FineTuneOptions? options = null, TextPooling pooling = TextPooling.Mean)
    {
        ArgumentNullException.ThrowIfNull(train);
        options ??= new();
        options.Validate();
        var choice = MethodChoice.For(train.Targets, train.Count, options.Method, FewExamples, ManyExamples);
        var classes = train.Targets.Names.Count;
        // A few kinds of pairs are overfitted sooner; of many classes pairs teach nothing.
        var pairSteps = choice.Method is not FineTuneMethod.FewShot || classes > ManyClasses
            ? 0
            : classes == 2
            ? 16
            : Math.Clamp(train.Count, 20, 40);
        var learningRate = classes > (choice.Method is FineTuneMethod.FewShot ? 2 : ManyClasses) ? 1e-4 : 5e-5;
        var headPooling = pairSteps == 0 && pooling is TextPooling.Mean ? HeadPooling.MeanMax : HeadPooling.Backbone;
        return new Recipe
        {
            Method = choice.Method,
            Reason = choice.Reason,
            Head = targets => choice.Method switch
            {
                // Where nothing comes before the layers, they learn from the first step on if the head does not start at zero.
                FineTuneMethod.Full => new LinearHead(targets.Names, dropout: 0.1, DefaultObjective.For(targets)) { Seed = options.Seed },
                FineTuneMethod.Gradual => new LinearHead(targets.Names, dropout: 0.1, DefaultObjective.For(targets)),
                _ => new LinearHead(targets.Names, DefaultObjective.For(targets)) { Pooling = headPooling, Normalize = true },
            },
            Stages = choice.Method switch
            {
                FineTuneMethod.FewShot when pairSteps > 0 => [new ContrastStage(pairSteps, learningRate), new ProbeStage(FewShotC)],
                FineTuneMethod.FewShot => [new ProbeStage(FewShotC)],
                FineTuneMethod.Head => [HeadStage(train.Targets, c: null, options.Epochs)],
                FineTuneMethod.Gradual =>
                [
                    HeadStage(train.Targets, c: 1, epochs: null),
                    new TrainingStage(
                        "layers", options.Epochs ?? 6, new AdamW(learningRate), new GradualUnfreezing(headEpochs: 0), new CosineDecay(warmup: 0.1)),
                ],
                _ => [
                    new TrainingStage("layers", options.Epochs ?? (classes > ManyClasses ? 5 : 3), new AdamW(learningRate), new CosineDecay(warmup: 0.05))],
            },
            Options = options.Training,
            Logger = options.Logger,
        };
    }

    /// <summary>The recipe for classes of words: every layer, the head in larger steps.</summary>
    /// <param name="train">Texts to learn from.</param>
    /// <param name="backbone">The backbone, whose reference's head the model has.</param>
    /// <param name="options">Epochs, batch size, seed and device; null: the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or another method than training every layer is asked
    /// for.</exception>
    public static Recipe Choose(TokenDataset train, TextBackbone backbone, FineTuneOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(backbone);
        options ??= new();
        options.Validate();
        if (options.Method is not (FineTuneMethod.Auto or FineTuneMethod.Full))
            throw new ArgumentException(
                $"Classes of words are learnt with every layer, not by {options.Method}: leave FineTuneOptions.Method as it is, or "
                + "use a Trainer.", nameof(options));
        return new Recipe
        {
            Method = FineTuneMethod.Full,
            Reason = "Every layer, as words need it.",
            Head = targets => backbone.TokenClassificationHead(targets.Names, DefaultObjective.For(targets), options.Seed),
            Stages = [
                new TrainingStage("layers", options.Epochs ?? 3, new AdamW(5e-5), new DiscriminativeLearningRates(head: 10), new CosineDecay(warmup: 0.1))],
            Options = options.Training,
            Logger = options.Logger,
        };
    }

    /// <summary>Fits the head to its optimum; where that is not computed, for several labels and values, trains it.</summary>
    private static IRecipeStage HeadStage(Targets targets, double? c, int? epochs) => targets is ClassTargets
        ? new ProbeStage(c)
        : new TrainingStage(
            "head", epochs ?? HeadEpochs, new AdamW(targets is ValueTargets ? ValueLearningRate : LabelLearningRate), new FreezeBackbone(), new CosineDecay());
}
