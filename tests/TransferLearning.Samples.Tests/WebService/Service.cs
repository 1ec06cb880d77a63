using System.Diagnostics;
using TransferLearning.TestKit;

namespace TransferLearning.Samples.Tests.WebService;

/// <summary>The sample as it is started, in a working folder of its own, on a port that is free.</summary>
public sealed class Service : IAsyncLifetime
{
    private const string Listening = "Now listening on: ";

    // artifacts/bin/PROJECT/CONFIGURATION: the sample was built with the configuration of these tests.
    private static readonly string Program = Path.Combine(
        AppContext.BaseDirectory, "..", "..", "WebService", new DirectoryInfo(AppContext.BaseDirectory).Name, "WebService.dll");

    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    /// <summary>A small photograph: a shoe, grey.</summary>
    public static string Photograph { get; } = Directory
        .EnumerateFiles(Path.Combine(TestFiles.Repository, "samples", "ImageClassification", "data", "validation", "ankle-boot"))
        .Order(StringComparer.Ordinal).First();

    public HttpClient Client { get; private set; } = new();

    /// <summary>Resident memory in bytes.</summary>
    public long Memory
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    public async Task InitializeAsync()
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Program, "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
        })!;
        List<string> lines = [];
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var start)
                Client.BaseAddress = new Uri(line[(start + Listening.Length)..]);
            if (line.Contains("Application started", StringComparison.Ordinal)) break;
        }
        Client.BaseAddress.Should().NotBeNull(string.Join('\n', lines));
        // Or the service would stand still when the pipe is full.
        _ = _process.StandardOutput.ReadToEndAsync();
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }
}
