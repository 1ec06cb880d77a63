using System.Globalization;

namespace TransferLearning;

/// <summary>
/// Writes a table of the epochs as CSV, anew after each: a row an epoch with the numbers of the report under its names (<c>epoch</c> from
/// 1, <c>trainLoss</c>, <c>validationLoss</c>, those of the metrics, <c>learningRate</c>, <c>seconds</c>), in every culture alike. Who
/// reads it meanwhile finds whole rows, and a run that goes on from a checkpoint repeats none. A new run replaces the file.
/// </summary>
/// <param name="path">The file; its folder is created.</param>
public sealed class CsvLog(string path) : IFineTuneStrategy
{
    private readonly string _path = !string.IsNullOrWhiteSpace(path) ? path : throw new ArgumentException(
        "The log's file has no name.", nameof(path));

    /// <inheritdoc/>
    public string Description => "log as CSV";

    /// <inheritdoc/>
    public void AfterEpoch(TrainingSession session, EpochReport epoch)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(epoch);
        AtomicFile.Write(_path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(string.Join(',', EpochNumbers.Of(session.Epochs[0]).Select(number => Field(number.Name))));
            foreach (var row in session.Epochs)
                writer.WriteLine(
                    string.Join(',', EpochNumbers.Of(row).Select(number => number.Value.ToString(CultureInfo.InvariantCulture))));
        });
    }

    private static string Field(string name) =>
        name.AsSpan().ContainsAny(",\"\r\n") ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}
