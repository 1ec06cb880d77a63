namespace TransferLearning;

/// <summary>
/// A module that draws random numbers while it is trained. A run gives it its own stream, so that runs in several threads do not disturb
/// each other.
/// </summary>
public interface IRandomModule
{
    /// <summary>Where it draws from; null (outside of a run): from torch's own generator.</summary>
    RandomSource? Random { get; set; }
}
