using System.Globalization;
using System.Text;

namespace TransferLearning;

/// <summary>
/// Where the hub and its cache are, and how patient a download is. The defaults honour the variables of Hugging Face's own tools.
/// </summary>
public sealed record HubOptions
{
    /// <summary>Address of the hub. Default: <c>HF_ENDPOINT</c>, else <c>https://huggingface.co</c>.</summary>
    /// <exception cref="InvalidOperationException"><c>HF_ENDPOINT</c> is no address.</exception>
    public Uri Endpoint { get => field ?? Address(Variable("HF_ENDPOINT") ?? "https://huggingface.co"); init; }

    /// <summary>
    /// Folder of the cache, shared with Python. Default: <c>HF_HUB_CACHE</c>, else <c>HF_HOME/hub</c>, else
    /// <c>~/.cache/huggingface/hub</c>.
    /// </summary>
    public string CacheFolder { get; init; } = Variable("HF_HUB_CACHE") ?? Path.Combine(
        Variable("HF_HOME") ?? Path.Combine(
            Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "huggingface"), "hub");

    /// <summary>
    /// Token for private repositories, sent to the endpoint alone and not to where it redirects. Default: <c>HF_TOKEN</c>, else none.
    /// </summary>
    public string? Token { get; init => field = value?.Trim(); } = Variable("HF_TOKEN");

    /// <summary>Whether nothing is downloaded. Default: whether <c>HF_HUB_OFFLINE</c> is 1, true, yes or on.</summary>
    public bool Offline { get; init; } = Variable("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "TRUE" or "YES" or "ON";

    /// <summary>How often a download is tried before it fails, at least 1. Default: 5.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Wait before the second attempt; doubled for each one after. Default: 1 s.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the server may be silent before an attempt is given up. Default: 30 s.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Fewest bytes a second, on the mean of each <see cref="Silence"/>, at which an attempt goes on: so a download ends after its length
    /// divided by this, whatever the server does. Default: 1,000. 0: any.
    /// </summary>
    public long LeastSpeed { get; init; } = 1_000;

    /// <summary>Most bytes of a file whose length the server does not declare. Default: 4,294,967,296 (4 GiB).</summary>
    public long MaxUndeclaredLength { get; init; } = 1L << 32;

    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    // A token belongs in no log.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Endpoint = {Endpoint}, CacheFolder = {CacheFolder}, Offline = {Offline}");
        return true;
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } value ? value : null;

    internal static Uri Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "https" or "http"
        ? address
        : throw new InvalidOperationException(
            $"HF_ENDPOINT is '{text}', which is no address of a hub. Give it whole, such as https://huggingface.co.");
}
