using System.Globalization;

namespace TransferLearning.Text;

/// <summary>How a text model is trained on a certain set, and why so: every step of it can be changed with <c>with</c>.</summary>
public sealed record TextRecipe
{
    private const int FewExamples = 32;
    private const int ManyExamples = 400;
    private const int ManyClasses = 20;

    // Of a head alone on features of length 1, which bears far larger steps than the layers below it. Labels need large weights;
    // values are overfitted by them.
    private const double LabelLearningRate = 0.05, ValueLearningRate = 0.005;

    /// <summary>How much is trained; never <see cref="TextStrategy.Auto"/>.</summary>
    public required TextStrategy Strategy { get; init; }

    /// <summary>What was chosen and why, as a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Epochs of <see cref="TextStrategy.Full"/> and <see cref="TextStrategy.Gradual"/>; the other strategies have none.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>
    /// Epochs of the head where its optimum is not computed: for several labels and for values. On features that are kept, so each
    /// takes little. Default 30.
    /// </summary>
    public int HeadEpochs { get; init; } = 30;

    /// <summary>
    /// Steps of <see cref="TextStrategy.FewShot"/>, 16 pairs each, in which the encoder learns which examples belong together.
    /// Default: as many as there are examples, from 20 to 40; 16 for two classes, whose few kinds of pairs are overfitted sooner; none over 20
    /// classes, where it gains nothing.
    /// </summary>
    public int ContrastiveSteps { get; init; }

    /// <summary>Peak learning rate of the layers. Default 5e-5; over 20 classes, and of <see cref="TextStrategy.FewShot"/> over two, 1e-4.</summary>
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>
    /// Batch size, seed, device, loader threads and checkpoints; epochs and optimizer are the recipe's. A run that goes on from checkpoints
    /// fits its head anew, which needs none.
    /// </summary>
    public TrainerOptions Options { get; init; } = new();

    /// <summary>The recipe for a set.</summary>
    /// <param name="train">What is to be learnt from.</param>
    /// <param name="strategy">How much is trained; by default the number of examples a class, label or value decides.</param>
    /// <exception cref="ArgumentException">Few-shot learning is asked for, and the texts have several labels, or values.</exception>
    public static TextRecipe Choose(TextDataset train, TextStrategy strategy = TextStrategy.Auto)
    {
        ArgumentNullException.ThrowIfNull(train);
        var classes = train.ClassNames.Count;
        var examples = train.Count / Math.Max(1, classes);
        var (hasClasses, target) = train.Objective switch
        {
            MultiLabel => (false, "label"),
            Regression => (false, "value"),
            _ => (true, "class"),
        };
        if (strategy is TextStrategy.FewShot && !hasClasses)
            throw new ArgumentException("Few-shot learning draws pairs of the same class, and these texts have several labels, or values: take another strategy.", nameof(strategy));
        var chosen = strategy is not TextStrategy.Auto ? strategy
            : examples <= FewExamples && hasClasses ? TextStrategy.FewShot
            : examples < ManyExamples ? TextStrategy.Head
            : TextStrategy.Full;
        var name = chosen switch
        {
            TextStrategy.FewShot => "few-shot learning",
            TextStrategy.Head => "the head alone",
            TextStrategy.Full => "every layer",
            _ => "the head, then layer after layer",
        };
        return new()
        {
            Strategy = chosen,
            Reason = string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(name[0])}{name[1..]}{(strategy is TextStrategy.Auto ? $", since there are {examples} examples a {target}" : ", as asked for")}."),
            ContrastiveSteps = classes > ManyClasses ? 0 : classes == 2 ? 16 : Math.Clamp(train.Count, 20, 40),
            LearningRate = classes > (chosen is TextStrategy.FewShot ? 2 : ManyClasses) ? 1e-4 : 5e-5,
            Epochs = chosen is TextStrategy.Gradual ? 6 : classes > ManyClasses ? 5 : 3,
        };
    }

    /// <summary>
    /// The model that the recipe trains: the backbone with a linear head. Where the layers stay as they are and the backbone would pool by
    /// the mean, the head pools by <see cref="HeadPooling.MeanMax"/>, which tells it more.
    /// </summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="train">Texts to learn from: they name the head's outputs and say what is minimised.</param>
    /// <param name="ownsBackbone">Whether disposing the model disposes the backbone. Default: no.</param>
    /// <exception cref="ArgumentException">There are too few labels for a head, or one is empty or there twice.</exception>
    public TransferModel CreateModel(TextBackbone backbone, TextDataset train, bool ownsBackbone = false)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(train);
        var pooling = !TrainsLayers && backbone.Input.Pooling is TextPooling.Mean ? HeadPooling.MeanMax : HeadPooling.Backbone;
        return backbone.WithHead(Head(train.ClassNames, train.Objective, pooling), ownsBackbone);
    }

    /// <summary>Trains a model in place; see <see cref="Trainer.Fit"/>.</summary>
    /// <param name="model">What <see cref="CreateModel"/> made, or a model of your own.</param>
    /// <param name="train">Texts to learn from.</param>
    /// <param name="validation">Texts to measure by; null: none.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the run between two steps; the model keeps the weights that it has.</param>
    /// <exception cref="ArgumentException">A data set does not fit the model, or an option is out of its range.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public TrainingReport Fit(
        TransferModel model, TextDataset train, TextDataset? validation = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        // The first stage may change the backbone, and does not look at the validation set.
        foreach (var data in new[] { train, validation }.OfType<TextDataset>())
            if (data.Count == 0 || !data.ClassNames.SequenceEqual(model.Labels, StringComparer.Ordinal))
                throw new ArgumentException(
                    $"A set of {data.Count} texts of [{string.Join(", ", data.ClassNames.Take(10))}] does not fit a model of [{string.Join(", ", model.Labels.Take(10))}]: give at least one text, and open the validation set with the training set's ClassNames.");
        List<TrainingReport> stages = [];
        if (Contrasts) stages.Add(Contrast().Fit(model.Backbone, train, progress, cancellationToken));
        if (Strategy is not TextStrategy.Full)
            stages.Add(model.Replacer.Objective is CrossEntropy
                ? new LinearProbe(Probe()).Fit(model, train, validation, progress, cancellationToken)
                : HeadTrainer(model.Replacer.Objective).Fit(model, train, validation, progress, cancellationToken));
        if (Strategy is TextStrategy.Full or TextStrategy.Gradual) stages.Add(LayerTrainer().Fit(model, train, validation, progress, cancellationToken));
        return stages[^1] with
        {
            Strategies = [Reason, .. stages.SelectMany(stage => stage.Strategies)],
            FeatureCaches = [.. stages.SelectMany(stage => stage.FeatureCaches)],
            Seconds = stages.Sum(stage => stage.Seconds),
        };
    }

    private bool Contrasts => Strategy is TextStrategy.FewShot && ContrastiveSteps > 0;

    private bool TrainsLayers => Contrasts || Strategy is TextStrategy.Full or TextStrategy.Gradual;

    // Where nothing comes before the layers, they learn from the first step on if the head does not start at zero.
    private LinearHead Head(IReadOnlyList<string> labels, IObjective objective, HeadPooling pooling) => Strategy switch
    {
        TextStrategy.Full => new(labels, dropout: 0.1, objective) { Seed = Options.Seed },
        TextStrategy.Gradual => new(labels, dropout: 0.1, objective),
        _ => new(labels, objective: objective) { Pooling = pooling, Normalize = true },
    };

    private Trainer HeadTrainer(IObjective objective) => new(
        Options with { Epochs = HeadEpochs, Optimizer = new AdamW(objective is Regression ? ValueLearningRate : LabelLearningRate), Checkpoints = Options.Checkpoints?.In("head") },
        new FreezeBackbone(), new CosineDecay());

    private Trainer LayerTrainer() => new(
        Options with { Epochs = Epochs, Optimizer = new AdamW(LearningRate), Checkpoints = Options.Checkpoints?.In("layers") },
        Strategy is TextStrategy.Gradual ? [new GradualUnfreezing(headEpochs: 0), new CosineDecay(warmup: 0.1)] : [new CosineDecay(warmup: 0.05)]);

    private ContrastiveTuning Contrast() => new(new ContrastiveTuningOptions
    {
        MaxSteps = ContrastiveSteps, Optimizer = new AdamW(LearningRate), Seed = Options.Seed, LoaderThreads = Options.LoaderThreads, Device = Options.Device,
        Checkpoints = Options.Checkpoints?.In("pairs"),
    });

    private LinearProbeOptions Probe() => new()
    {
        C = Strategy switch
        {
            TextStrategy.Head => null,
            // So few examples do not tell one C from another.
            TextStrategy.FewShot => 100,
            _ => 1,
        },
        Seed = Options.Seed, BatchSize = Options.BatchSize, LoaderThreads = Options.LoaderThreads, Device = Options.Device, FeatureCacheBytes = Options.FeatureCacheBytes,
    };
}
