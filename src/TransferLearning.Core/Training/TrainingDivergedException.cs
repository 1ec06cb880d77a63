namespace TransferLearning;

/// <summary>The loss became NaN or infinite: training stopped, and the message says where and what to try.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>With that message.</summary>
    public TrainingDivergedException(string message) : base(message) { }
}
