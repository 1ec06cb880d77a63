using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// A layer of which the weights hold whatever the memory held until they are loaded or drawn: so a network into which weights are loaded
/// does not draw them first.
/// </summary>
public interface IInitializable
{
    /// <summary>
    /// Draws the weights as torch and its model libraries do. A network that draws them otherwise writes into them itself.
    /// </summary>
    /// <param name="generator">Where the numbers come from; null: torch's own generator.</param>
    void Initialize(Generator? generator = null);
}
