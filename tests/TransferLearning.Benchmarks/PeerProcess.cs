using System.Diagnostics;
using System.Globalization;

namespace TransferLearning.Benchmarks;

/// <summary>A peer in a process of its own, which works a round when it is asked to.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;

    private PeerProcess(Process process) => _process = process;

    /// <summary>
    /// Starts peer.py; null, with a line that says so, where Debian's python3-torch and python3-torchvision are not installed.
    /// </summary>
    public static PeerProcess? Python(params string[] arguments)
    {
        // Without it OpenBLAS takes kernels for these processors that reach a sixth of the speed.
        var peer = File.Exists("/usr/bin/python3")
            ? Start(
                "/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "peer.py"), .. arguments], ("OPENBLAS_CORETYPE", "SKYLAKEX"))
            : null;
        if (peer is null)
            Console.WriteLine("PyTorch is not installed: apt-get install python3-torch python3-torchvision libopenblas0-pthread");
        return peer;
    }

    /// <summary>
    /// Starts this program with TorchSharp as it is: a variable of glibc's, of OpenMP's and of MKL's each keep the library from changing
    /// their settings.
    /// </summary>
    public static PeerProcess TorchSharp(params string[] arguments) =>
        Start(
            Environment.ProcessPath!, [.. Host, .. arguments], ("MALLOC_ARENA_TEST", "8"), ("GOMP_SPINCOUNT", "300000"), ("MKL_ENABLE_INSTRUCTIONS", "AVX2"))
            ?? throw new InvalidOperationException("The program did not start again.");

    /// <summary>What this program's own arguments follow: started by the dotnet host, it is the host's first.</summary>
    public static string[] Host =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(PeerProcess).Assembly.Location] : [];

    /// <summary>The other side, in C#: a round of the work for each line of the input.</summary>
    public static int Serve(Action work)
    {
        Console.WriteLine("ready");
        while (Console.ReadLine() is not null)
        {
            var seconds = Times.Wall(work);
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(FormattableString.Invariant($"{seconds} {process.PeakWorkingSet64 >> 10} none"));
        }
        return 0;
    }

    private static PeerProcess? Start(string program, string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        if (Process.Start(start) is not { } process) return null;
        if (process.StandardOutput.ReadLine() == "ready") return new(process);
        process.Dispose();
        return null;
    }

    /// <summary>Highest resident memory so far, in bytes.</summary>
    public long PeakMemory { get; private set; }

    /// <summary>What the last round gave.</summary>
    public string Result { get; private set; } = "";

    /// <summary>Works a round and gives its seconds.</summary>
    public double Round()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLine()?.Split(' ') ?? throw new InvalidOperationException("The peer ended.");
        (PeakMemory, Result) = (long.Parse(answer[1], CultureInfo.InvariantCulture) << 10, answer[2]);
        return double.Parse(answer[0], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
