using System.Diagnostics;
using TorchSharp;

namespace TransferLearning.Core.Tests.Runtime;

/// <summary>This assembly as a program, for what can be seen only in a process that has not touched torch yet.</summary>
internal static class ChildProcess
{
    public static void Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["torch-first"]:
                Console.WriteLine(torch.ones(2, 3).sum().item<float>());
                break;
            case ["initialize"]:
                Parallel.For(0, 8, _ => TorchRuntime.Initialize());
                Console.WriteLine(torch.ones(2, 3).sum().item<float>());
                break;
            case ["train", var run, var folder]:
                TransferLearning.Tests.Training.KilledRun.Train(run, folder);
                break;
            case ["alike"]:
                Console.WriteLine(SimilarNames.Warning(["caf\u00e9", "cafe\u0301"]));
                Console.WriteLine(SimilarNames.Hint("cafe\u0301", ["caf\u00e9"]));
                Console.WriteLine(SimilarNames.Difference(["caf\u00e9"], ["cafe\u0301"]));
                Console.WriteLine($"{SimilarNames.Warning(["caf\u00e9", "rose"])}.");
                break;
            case ["missing"]:
                try { TorchRuntime.Initialize(); }
                catch (DllNotFoundException exception) { Console.WriteLine(exception.Message); }
                break;
            case ["torch-first-missing"]:
                try { Console.WriteLine(torch.ones(2, 3).sum().item<float>()); }
                catch (Exception exception) { Console.WriteLine(exception.GetBaseException().Message); }
                break;
        }
    }

    /// <summary>Runs <see cref="Main"/> on the files of a folder and returns what it wrote.</summary>
    public static string Run(string folder, string argument, params (string Name, string Value)[] variables)
    {
        var assembly = Path.Combine(folder, Path.GetFileName(typeof(ChildProcess).Assembly.Location));
        var start = new ProcessStartInfo("dotnet", ["exec", assembly, argument])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(0, error.Result);
        return output.Trim();
    }
}
