namespace TransferLearning.TestKit;

/// <summary>
/// The variables by which the library finds hub and cache, set to a server of a test and to a folder of its own while it lasts. For tests
/// that run alone.
/// </summary>
public sealed class HubEnvironment : IDisposable
{
    private readonly TemporaryFolder _cache = new();
    private readonly Dictionary<string, string?> _before = [];

    /// <summary>Sets them.</summary>
    public HubEnvironment(HubServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        foreach (
            var (name, value) in new[] { ("HF_ENDPOINT", server.Address.OriginalString), ("HF_HUB_CACHE", _cache.Path), ("HF_HUB_OFFLINE", "0") })
        {
            _before[name] = Environment.GetEnvironmentVariable(name);
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    /// <summary>Sets them back, and deletes the folder.</summary>
    public void Dispose()
    {
        foreach (var (name, value) in _before) Environment.SetEnvironmentVariable(name, value);
        _cache.Dispose();
    }
}
