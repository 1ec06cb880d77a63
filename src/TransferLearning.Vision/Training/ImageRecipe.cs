namespace TransferLearning.Vision;

/// <summary>How an image model is trained on a certain set, and why so.</summary>
public static class ImageRecipe
{
    // From so many images on the layers learn enough to pay for the minutes that they take, and bear a larger rate.
    private const int ManyImages = 500, ManyExamples = 50;

    private const int HeadEpochs = 30;

    // So few examples do not tell one C from another; on vectors of length 1 any from 3 to 30 is as good.
    private const int FewExamples = 20;
    private const double FewExamplesC = 10, PairsC = 100;

    /// <summary>
    /// The recipe for a set. Under 50 examples of the rarest class, or 500 images in all, it is the head alone
    /// (<see cref="FineTuneMethod.Head"/>): for classes its optimum, computed by a <see cref="LinearProbe"/>, on vectors of length 1 where
    /// there are fewer than 20 examples; for labels and values, where <see cref="FineTuneOptions.Epochs"/> are asked for, or where the
    /// images are augmented, a head that is trained for 30 epochs. From there on it is every layer (<see cref="FineTuneMethod.Full"/>):
    /// the head for 30 epochs, then all layers for 9 on augmented images, whose weights are averaged; for 4 at a third of the rate where it
    /// is asked for with fewer images.
    /// <see cref="FineTuneMethod.Gradual"/> trains one layer group more in each epoch and keeps the best epoch.
    /// <see cref="FineTuneMethod.FewShot"/> is done where it is asked for, and never chosen: on photographs pairs gain nothing over the
    /// head alone.
    /// </summary>
    /// <param name="train">
    /// What is to be learnt from: classes, probabilities of classes, labels or values. Its own augmentations, if any, replace the recipe's
    /// (a random part of at least 0.6 of the area, 0.35 under 500 images, mirrored in half of the cases).
    /// </param>
    /// <param name="options">Options; null (default): all defaults.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of its range; few-shot learning is asked for and the images have no single classes; or the targets are none that a
    /// linear head learns.
    /// </exception>
    public static Recipe Choose(ImageDataset train, FineTuneOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(train);
        options ??= new();
        options.Validate();
        if (train.Targets is not (ClassTargets or ProbabilityTargets or LabelTargets or ValueTargets))
            throw new ArgumentException(
                $"A linear head does not learn {train.Targets.GetType().Name}: put a head of your own on the backbone, and train it "
                + "with a Trainer.", nameof(train));
        var many = Math.Max(ManyExamples, ManyImages / Math.Max(1, train.Targets.Names.Count));
        var choice = MethodChoice.For(train.Targets, train.Count, options.Method, few: 0, many);
        var (method, isFew) = (choice.Method, choice.Examples < FewExamples);
        var isFitted = method is FineTuneMethod.Head && train is { Targets: ClassTargets, Augmentations.Count: 0 } && options.Epochs is null;
        return new Recipe
        {
            Method = method,
            Reason = choice.Reason,
            Head = targets => new LinearHead(targets.Names, Objective(targets, method)) { Normalize = isFitted && isFew },
            Stages = method switch
            {
                FineTuneMethod.FewShot =>
                    [new ContrastStage(Math.Clamp(train.Count, 20, 40), 1e-4, new FreezeBatchNorm()), new ProbeStage(PairsC)],
                _ when isFitted => [new ProbeStage(isFew ? FewExamplesC : null)],
                FineTuneMethod.Head => [HeadStage(options.Epochs ?? HeadEpochs)],
                FineTuneMethod.Full => [
                    PlainHeadStage(),
                    LayerStage(train.Count, options, new ExponentialAveraging(0.99) { Warmup = new AveragingWarmup() })],
                _ => [
                    PlainHeadStage(),
                    LayerStage(train.Count, options, new GradualUnfreezing(headEpochs: 0), new EarlyStopping(monitor: Monitor(train.Targets)))],
            },
            Options = options.Training,
            Logger = options.Logger,
        };
    }

    private static TrainingStage HeadStage(int epochs) => new("head", epochs, new AdamW(1e-3), new FreezeBackbone(), new CosineDecay());

    // Features of images that stay as they are are computed once. The layers start from a head that fits already
    // (Kumar et al., "Fine-tuning can distort pretrained features", 2022).
    private static TrainingStage PlainHeadStage() =>
        HeadStage(HeadEpochs) with { Data = images => ((ImageDataset)images).WithAugmentation() };

    private static TrainingStage LayerStage(int images, FineTuneOptions options, params IFineTuneStrategy[] strategies)
    {
        var (epochs, rate, crop) = images < ManyImages ? (4, 1e-4, 0.35) : (9, 3e-4, 0.6);
        return new("layers", options.Epochs ?? epochs, new AdamW(rate), [
            .. strategies, new FreezeBatchNorm(), new CosineDecay(warmup: 0.2)])
        {
            Data = data => data is ImageDataset { Augmentations.Count: 0 } plain
                ? plain.WithAugmentation(new RandomResizedCrop { MinScale = crop }, new RandomHorizontalFlip())
                : data,
        };
    }

    private static IObjective Objective(Targets targets, FineTuneMethod method) =>
        DefaultObjective.For(targets) switch
        {
            CrossEntropy sharp when method is FineTuneMethod.Full or FineTuneMethod.Gradual => sharp with { LabelSmoothing = 0.1 },
            var objective => objective,
        };

    private static string? Monitor(Targets targets) => targets is ClassTargets or ProbabilityTargets ? "accuracy" : null;
}
