using System.Diagnostics;
using System.Globalization;

namespace TransferLearning.Benchmarks;

/// <summary>peer.py in a process of its own, which works a round when it is asked to.</summary>
internal sealed class PythonPeer : IDisposable
{
    private readonly Process _process;

    private PythonPeer(Process process) => _process = process;

    /// <summary>Starts it; null, with a line that says so, where Debian's python3-torch and python3-torchvision are not installed.</summary>
    public static PythonPeer? Start(params string[] arguments)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "peer.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Without it OpenBLAS takes kernels for these processors that reach a sixth of the speed.
        start.Environment["OPENBLAS_CORETYPE"] = "SKYLAKEX";
        if (File.Exists(start.FileName) && Process.Start(start) is { } process)
        {
            if (process.StandardOutput.ReadLine() == "ready") return new(process);
            process.Dispose();
        }
        Console.WriteLine("PyTorch is not installed: apt-get install python3-torch python3-torchvision libopenblas0-pthread");
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
        var answer = _process.StandardOutput.ReadLine()?.Split(' ') ?? throw new InvalidOperationException("peer.py ended.");
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
