namespace TransferLearning;

/// <summary>Long computing off the caller's thread.</summary>
public static class OwnThread
{
    /// <summary>
    /// Runs work of seconds or hours on a thread that is its own: the pool's threads stay free for what is short. What the work throws the
    /// task
    /// throws; an <see cref="OperationCanceledException"/> of the token cancels it.
    /// </summary>
    /// <param name="work">The work, which looks at the token itself.</param>
    /// <param name="cancellationToken">Where it is cancelled before the work begins, the work does not begin.</param>
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default) =>
        Task.Factory.StartNew(
            work, cancellationToken, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
