using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TransferLearning;

public sealed partial record TrainingReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>
    /// Writes the report as JSON: the measures (accuracy, accuracyInterval, macroF1, classes, confusion) stand at the top,
    /// each epoch has epoch (from 1), trainLoss, validationLoss, accuracy (score for other tasks), learningRate and seconds. Shares are fractions.
    /// The file is written beside and renamed, so that it is whole or absent.
    /// </summary>
    /// <param name="path">File to write; its folder is created.</param>
    /// <exception cref="IOException">The file cannot be written; one of that name is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, ToJson(), Json));
    }

    private JsonObject ToJson()
    {
        var report = (JsonObject)JsonSerializer.SerializeToNode(this, Json)!;
        report.Remove("evaluation");
        report.Remove("accuracy");
        var measures = Evaluation is null ? [] : EvaluationJson.Measures(Evaluation, Json);
        JsonObject ordered = [];
        foreach (var (name, value) in measures.Concat(report)) ordered[name] = value?.DeepClone();
        ordered["weightsFromEpoch"] = WeightsFromEpoch + 1;
        ordered["epochs"] = new JsonArray([.. Epochs.Select(EpochJson)]);
        return ordered;
    }

    private static JsonNode EpochJson(EpochReport epoch) => JsonSerializer.SerializeToNode(new
    {
        epoch = epoch.Epoch + 1,
        trainLoss = epoch.TrainLoss,
        validationLoss = epoch.Evaluation?.Loss,
        accuracy = (epoch.Evaluation as ClassificationEvaluation)?.Accuracy,
        score = epoch.Evaluation is ClassificationEvaluation ? null : epoch.Evaluation?.Score,
        learningRate = double.IsNaN(epoch.LearningRate) ? (double?)null : epoch.LearningRate,
        seconds = epoch.Seconds,
    }, Json)!;
}
