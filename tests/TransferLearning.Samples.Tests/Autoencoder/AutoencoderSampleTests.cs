using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TransferLearning.Samples.Tests.Autoencoder;

/// <summary>The autoencoder sample as a user runs it.</summary>
public sealed partial class AutoencoderSampleTests : IDisposable
{
    private static readonly string Program = Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Autoencoder", new DirectoryInfo(AppContext.BaseDirectory).Name, "Autoencoder.dll");

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_learnt_without_labels_beats_pixels_and_the_network_from_scratch()
    {
        var output = Run("2");

        var accuracies = Row().Matches(output)
            .ToDictionary(row => row.Groups["method"].Value, row => double.Parse(row.Groups["mean"].Value, CultureInfo.InvariantCulture));
        accuracies.Keys.Should().Contain("pixels").And.Contain(method => method.StartsWith("from scratch", StringComparison.Ordinal));
        accuracies.Remove("autoencoder's features", out var features).Should().BeTrue();
        accuracies.Values.Should().OnlyContain(accuracy => accuracy > 80 && accuracy < features);

        var opened = Opened().Match(output);
        opened.Groups["after"].Value.Should().NotBeEmpty().And.Be(opened.Groups["before"].Value);
        File.Exists(Path.Combine(_folder, "output", "autoencoder.safetensors")).Should().BeTrue();
    }

    [GeneratedRegex(@"^(?<method>\S.*?) {2,}(?<mean>[\d.]+) \S+ [\d.]+ %", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"accuracy (?<before>\S+ %), opened again (?<after>\S+ %)")]
    private static partial Regex Opened();

    private string Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Program, .. arguments])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        (process.ExitCode, error.Result).Should().Be((0, ""));
        return output;
    }
}
