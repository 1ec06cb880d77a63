namespace TransferLearning;

/// <summary>Long work beside the caller. It is not to hold a thread of the pool, which is there for short work.</summary>
internal static class OwnThread
{
    public static Task<T> Run<T>(Func<T> work, CancellationToken cancellation) =>
        Task.Factory.StartNew(work, cancellation, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
