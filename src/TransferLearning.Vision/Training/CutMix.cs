using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// Pastes a rectangle of the image before it into each image of a batch, and mixes the targets by the area that each has (Yun et al.,
/// "CutMix: regularization strategy to train strong classifiers with localizable features", 2019; torchvision's form). The share of the
/// area is drawn from Beta(alpha, alpha) and the centre of the rectangle uniformly, for each batch; what lies outside is cut off. Targets
/// become soft, so that the objective is one that takes probabilities or values.
/// </summary>
/// <param name="alpha">Shape of the distribution; above 0. Default 1: every share is as likely.</param>
public sealed class CutMix(double alpha = 1) : IFineTuneStrategy
{
    private readonly double _alpha = Ranges.Positive(alpha, nameof(alpha));

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"cutmix, alpha {_alpha}");

    string? IFineTuneStrategy.Decides => "How examples are mixed";

    /// <inheritdoc/>
    public void Prepare(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        session.RequireInputs("CutMix");
    }

    /// <inheritdoc/>
    public void Step(TrainingStep step, Action next)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(next);
        var images = step.Batch.Input.Values;
        if (images.dim() != 4)
            throw new ArgumentException($"CutMix is for images [N, C, H, W], and these are [{string.Join(", ", images.shape)}].");
        var random = new SplitMix64(step.Session.Random.NextUInt64());
        var share = BetaDistribution.Draw(_alpha, step.Session.Random);
        var (height, width) = ((int)images.shape[2], (int)images.shape[3]);
        var x = random.NextInt(width);
        step.Batch = Mix(step.Batch, Box(width, height, share, x, random.NextInt(height)), step.Session.Model.Replacer.Outputs);
        next();
    }

    /// <summary>The rectangle around a point that takes what the share leaves, cut off at the border.</summary>
    internal static (int Left, int Top, int Right, int Bottom) Box(int width, int height, double share, int x, int y)
    {
        var half = 0.5 * Math.Sqrt(1 - share);
        var (w, h) = ((int)(half * width), (int)(half * height));
        return (Math.Max(x - w, 0), Math.Max(y - h, 0), Math.Min(x + w, width), Math.Min(y + h, height));
    }

    /// <summary>The images with that rectangle of the one before, in the current dispose scope.</summary>
    internal static Batch Mix(Batch batch, (int Left, int Top, int Right, int Bottom) box, int classes)
    {
        var images = batch.Input.Values;
        var (width, height) = (box.Right - box.Left, box.Bottom - box.Top);
        var mixed = images.clone();
        Part(mixed).copy_(Part(images.roll(1, 0)));
        var share = 1 - (double)width * height / (images.shape[2] * images.shape[3]);
        return new Batch(batch.Input.WithValues(mixed), Mixup.MixTargets(batch.Target, share, classes));

        Tensor Part(Tensor whole) => whole.narrow(2, box.Top, height).narrow(3, box.Left, width);
    }
}
