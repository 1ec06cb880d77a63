namespace TransferLearning.Extensions.Hosting.Tests;

/// <summary>Waits for what happens by itself.</summary>
internal static class Until
{
    /// <summary>Asks until it is so; fails after a minute.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await condition()) await Task.Delay(5, limit.Token);
    }

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}})"/>
    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));
}
