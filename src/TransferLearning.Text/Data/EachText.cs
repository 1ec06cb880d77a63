using System.Runtime.ExceptionServices;

namespace TransferLearning.Text;

/// <summary>Work on many texts at once.</summary>
internal static class EachText
{
    /// <summary>Does something for each of so many texts, on all processors. What it throws comes as it is.</summary>
    public static void Do(int texts, Action<int> work)
    {
        try
        {
            Parallel.For(0, texts, work);
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }
}
