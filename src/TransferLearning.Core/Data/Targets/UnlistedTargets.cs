namespace TransferLearning;

/// <summary>Targets that only the loaded example tells: of a data set that is read from disk, or made up as it goes.</summary>
/// <param name="names">Names of the classes, labels or values in order; none (default) where they have none.</param>
public sealed class UnlistedTargets(params IReadOnlyList<string> names) : Targets(names ?? throw new ArgumentNullException(nameof(names)))
{
    /// <inheritdoc/>
    public override int? Count => null;

    /// <inheritdoc/>
    public override uint Checksum => 0;

    /// <inheritdoc/>
    public override TensorSet Gather(ReadOnlySpan<int> positions) =>
        throw new NotSupportedException("These targets come with the loaded examples.");

    /// <inheritdoc/>
    public override Targets Subset(IReadOnlyList<int> positions) => this;
}

/// <summary>The target of each example is its input: for learning without labels, as an autoencoder does.</summary>
public sealed class InputTargets() : Targets([])
{
    /// <inheritdoc/>
    public override int? Count => null;

    /// <inheritdoc/>
    public override uint Checksum => 0;

    /// <inheritdoc/>
    public override TensorSet Gather(ReadOnlySpan<int> positions) =>
        throw new NotSupportedException("The target is the input of the loaded examples.");

    /// <inheritdoc/>
    public override Targets Subset(IReadOnlyList<int> positions) => this;
}
