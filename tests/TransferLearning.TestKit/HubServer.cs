using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TransferLearning.TestKit;

/// <summary>A hub on 127.0.0.1 that answers each request as the test says, broken answers included. One request to a connection.</summary>
public sealed class HubServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<string> _requests = [];
    private readonly Func<Request, byte[]> _answer;

    private readonly Task _hold;

    /// <param name="answer">What is sent for a request.</param>
    /// <param name="hold">What is waited for after an answer before its connection is closed: so long a client waits for what is missing.
    /// Null: nothing.</param>
    public HubServer(Func<Request, byte[]> answer, Task? hold = null)
    {
        (_answer, _hold) = (answer, hold ?? Task.CompletedTask);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>A request.</summary>
    /// <param name="Number">From 1.</param>
    /// <param name="Path">Path of the address.</param>
    /// <param name="Start">First byte of the range; 0 where none was asked for.</param>
    /// <param name="IfRange">The header If-Range, else empty.</param>
    /// <param name="Authorization">The header Authorization, else empty.</param>
    public sealed record Request(int Number, string Path, int Start, string IfRange, string Authorization);

    /// <summary>Where it listens.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The paths that were asked for.</summary>
    public IReadOnlyList<string> Requests
    {
        get { lock (_requests) return [.. _requests]; }
    }

    /// <summary>Ends it.</summary>
    public void Dispose() => _listener.Dispose();

    /// <summary>An answer; what <paramref name="sent"/> leaves of the body never arrives.</summary>
    public static byte[] Answer(string status, byte[] body, int? sent = null, params string[] headers) =>
    [
        .. Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: "
            + $"close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n"),
        .. body.AsSpan(..(sent ?? body.Length)),
    ];

    /// <summary>The whole file or the part that the request asks for, as a decent server answers.</summary>
    public static byte[] Serve(Request request, byte[] file, int? sent = null, string tag = "\"v1\"") =>
        request.Start > 0 && request.IfRange == tag
            ? Answer(
                "206 Partial Content", file[request.Start..], sent, $"ETag: {tag}", $"Content-Range: bytes {request.Start}-{file.Length - 1}/{file.Length}")
            : Answer("200 OK", file, sent, $"ETag: {tag}");

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            await using var stream = client.GetStream();
            if (await ReadAsync(stream) is not { } request) return;
            await stream.WriteAsync(_answer(request));
            await _hold;
        }
    }

    private async Task<Request?> ReadAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        if (await reader.ReadLineAsync() is not { } first) return null;
        var (start, condition, authorization) = (0, "", "");
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                start = int.Parse(line["Range: bytes=".Length..].TrimEnd('-'), null);
            if (line.StartsWith("If-Range: ", StringComparison.OrdinalIgnoreCase)) condition = line["If-Range: ".Length..];
            if (line.StartsWith("Authorization: ", StringComparison.OrdinalIgnoreCase)) authorization = line["Authorization: ".Length..];
        }
        var path = first.Split(' ')[1];
        lock (_requests)
        {
            _requests.Add(path);
            return new(_requests.Count, path, start, condition, authorization);
        }
    }
}
