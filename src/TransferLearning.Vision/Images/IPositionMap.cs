namespace TransferLearning.Vision;

/// <summary>Where in the source a position of the result comes from. Pixels have their centres at .5.</summary>
internal interface IPositionMap
{
    /// <summary>The position in the source; not finite where there is none.</summary>
    (double X, double Y) Source(double x, double y);
}
