using System.Net;
using System.Net.Http.Headers;

namespace TransferLearning;

/// <summary>
/// One download into the cache: continued where an earlier one stopped, tried again after passing failures, verified, then moved to its
/// place.
/// </summary>
internal sealed class HubDownload(
    HttpClient client, HubOptions options, HubCache cache, HubFile file, string? sha256, IProgress<DownloadProgress>? progress)
{
    private const int BufferSize = 1 << 17, MaxRedirects = 5;

    private readonly string _partial = cache.Partial(file);

    // The server's name for the version that the partial file belongs to.
    private string TagFile => _partial + ".etag";

    /// <returns>False where the hub has no such file.</returns>
    /// <exception cref="HttpRequestException">The hub refuses, or failed in every attempt.</exception>
    /// <exception cref="IOException">The cache cannot be written; where the disk is full the download was deleted.</exception>
    /// <exception cref="WeightFormatException">The checksum is wrong, or there is none and the file is no weight file; the download was
    /// deleted.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (IOException exception) when (IsDiskFull(exception))
            {
                DeletePartial();
                throw new IOException(
                    $"the disk is full, and the part of '{file.Path}' that had come was deleted. Make room, or use another "
                    + "disk.", exception);
            }
            catch (Exception exception) when (IsPassing(exception) && !cancellationToken.IsCancellationRequested)
            {
                if (attempt >= options.Attempts)
                    throw new HttpRequestException(
                        $"{file.Address(options.Endpoint)} failed in {attempt} attempts; the last one: {exception.Message}", exception);
                await Task.Delay(options.Backoff * Math.Pow(2, attempt - 1), options.Clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static bool IsPassing(Exception exception) => exception switch
    {
        HttpRequestException { StatusCode: { } status } =>
            (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests,
        HttpRequestException or OperationCanceledException => true,
        _ => false,
    };

    // Linux: ENOSPC, EDQUOT; macOS: ENOSPC, EDQUOT; Windows: ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL.
    private static bool IsDiskFull(IOException exception) => (exception.HResult & 0xFFFF) is 28 or 122 or 69 or 39 or 112;

    private async Task<bool> AttemptAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_partial)!);
        var note = File.Exists(TagFile) ? await File.ReadAllTextAsync(TagFile, cancellationToken).ConfigureAwait(false) : "";
        var start = EntityTagHeaderValue.TryParse(note, out var tag) && File.Exists(_partial) ? new FileInfo(_partial).Length : 0;

        var (response, commit, linkedTag) = await SendAsync(start, tag, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            if (response.StatusCode == HttpStatusCode.NotFound) return false;
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                DeletePartial();
                throw Broken("the server would not continue the download");
            }
            if (!response.IsSuccessStatusCode) throw Refused(response.StatusCode);
            if (response.Content.Headers.ContentType?.MediaType == "text/html")
                throw new HttpRequestException(
                    $"{file.Address(options.Endpoint)} gave a web page instead of the file: a log-in or a proxy may stand in between. "
                    + "Open the address in a browser.", null, response.StatusCode);
            if (response.StatusCode != HttpStatusCode.PartialContent) start = 0;
            else if (response.Content.Headers.ContentRange?.From != start) throw Broken("the server sent another range than was asked for");

            await File.WriteAllTextAsync(
                TagFile, response.Headers.ETag is { IsWeak: false } strong ? strong.Tag : "", cancellationToken).ConfigureAwait(false);
            await ReceiveAsync(response, start, cancellationToken).ConfigureAwait(false);
        }
        await VerifyAsync(sha256 ?? linkedTag, start > 0, cancellationToken).ConfigureAwait(false);
        cache.Add(file, commit ?? file.Revision.Replace('/', '-'), _partial);
        File.Delete(TagFile);
        return true;
    }

    // Redirects are followed here because the hub's own answer, not that of the storage behind it, names commit and checksum.
    private async Task<(HttpResponseMessage Response, string? Commit, string? Sha256)> SendAsync(
        long start, EntityTagHeaderValue? tag, CancellationToken cancellationToken)
    {
        var (address, commit, sha256) = (file.Address(options.Endpoint), (string?)null, (string?)null);
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
                throw new HttpRequestException(
                    $"{file.Address(options.Endpoint)} leads to {address}: only http and https are "
                    + "followed.", null, HttpStatusCode.Forbidden);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (options.Token is { } token && address.Authority == options.Endpoint.Authority)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (start > 0)
            {
                request.Headers.Range = new RangeHeaderValue(start, null);
                request.Headers.IfRange = new RangeConditionHeaderValue(tag!);
            }
            var response = await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            commit ??= Header(response, "X-Repo-Commit", text => text.All(char.IsAsciiHexDigit));
            sha256 ??= Header(response, "X-Linked-Etag", Sha256.IsDigest);
            if ((int)response.StatusCode is not (>= 300 and < 400) || response.Headers.Location is not { } location)
                return (response, commit, sha256);
            response.Dispose();
            var next = new Uri(address, location);
            if (address.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps)
                throw new HttpRequestException($"{address} leads to {next}, which is not encrypted.", null, HttpStatusCode.Forbidden);
            address = next;
        }
        throw new HttpRequestException(
            $"{file.Address(options.Endpoint)} leads from address to address without end.", null, HttpStatusCode.MisdirectedRequest);
    }

    private async Task ReceiveAsync(HttpResponseMessage response, long start, CancellationToken cancellationToken)
    {
        var total = start + response.Content.Headers.ContentLength;
        var received = start;
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var partial = new FileStream(_partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        if (partial.Length != start) partial.SetLength(start);
        partial.Position = start;
        var buffer = new byte[BufferSize];
        var (since, before) = (options.Clock.GetTimestamp(), received);
        while (true)
        {
            silence.CancelAfter(options.Silence);
            var count = await ReadAsync(body, buffer, either.Token).ConfigureAwait(false);
            if (count == 0) break;
            await partial.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            received += count;
            progress?.Report(new(file.Path, received, total));
            if (total is null && received > options.MaxUndeclaredLength)
            {
                partial.SetLength(0);
                throw new HttpRequestException(
                    $"{file.Address(options.Endpoint)} does not declare its length and sent more than {options.MaxUndeclaredLength} "
                    + "bytes (HubOptions.MaxUndeclaredLength).",
                    null, HttpStatusCode.RequestEntityTooLarge);
            }
            var elapsed = options.Clock.GetElapsedTime(since);
            if (elapsed < options.Silence) continue;
            if (received - before < options.LeastSpeed * elapsed.TotalSeconds)
                throw Broken($"only {received - before} bytes came in {elapsed.TotalSeconds:0} seconds (HubOptions.LeastSpeed)");
            (since, before) = (options.Clock.GetTimestamp(), received);
        }
        if (total is not null && received != total) throw Broken($"the connection ended after {received} of {total} bytes");
        if (received == 0) throw Broken("the server sent an empty file");
        partial.Flush(flushToDisk: true);
    }

    /// <summary>Reads from the server, whose failures are told from those of the disk.</summary>
    private static async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new HttpRequestException(exception.Message, exception);
        }
    }

    private async Task VerifyAsync(string? expected, bool continued, CancellationToken cancellationToken)
    {
        try
        {
            await Sha256.VerifyAsync(
                _partial, expected, "The download was deleted; try again, or check the repository and "
                    + "revision.", cancellationToken).ConfigureAwait(false);
            if (expected is null && WeightFolder.Extensions.Contains(Path.GetExtension(file.Path))) CheckWeights();
        }
        catch (WeightFormatException exception)
        {
            DeletePartial();
            // The first part may have been the bad one: once more from the beginning.
            if (continued) throw new HttpRequestException(exception.Message, exception);
            throw;
        }
    }

    // Without a checksum, a log-in page or half a file would stay in the cache for good.
    private void CheckWeights()
    {
        try
        {
            WeightFormat.OpenFile(_partial, indexAllowed: false).Dispose();
        }
        catch (WeightFormatException exception)
        {
            throw new WeightFormatException(
                file.Address(options.Endpoint).AbsoluteUri, "gave no usable weights, and the download was deleted: "
                    + $"{exception.Message}", exception);
        }
    }

    private void DeletePartial()
    {
        File.Delete(_partial);
        File.Delete(TagFile);
    }

    private HttpRequestException Refused(HttpStatusCode status) => new(
        $"{file.Address(options.Endpoint)} answered {(int)status} {status}."
            + (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? " The repository does not exist, or it wants a token: set HF_TOKEN or HubOptions.Token."
            : ""), null, status);

    private static HttpRequestException Broken(string what) => new(char.ToUpperInvariant(what[0]) + what[1..] + ".");

    private static string? Header(HttpResponseMessage response, string name, Func<string, bool> isValid) =>
        response.Headers.TryGetValues(name, out var values) && values.First().Trim('"') is { Length: > 0 } value && isValid(value)
            ? value
            : null;
}
