using TransferLearning.Reporting;
using static TorchSharp.torch;

namespace TransferLearning.Tool.Tasks;

/// <summary>A kind of data that the tool learns from. A new one is one class, and one line in <see cref="KnownTasks"/>.</summary>
internal interface ITask
{
    /// <summary>What <c>--task</c> calls it.</summary>
    string Name { get; }

    /// <summary>Whether data look like this kind's.</summary>
    bool Recognizes(string path);

    /// <summary>Whether a saved model is of this kind.</summary>
    bool Recognizes(ModelArtefact model);

    /// <summary>Opens data and backbone, and says what will be done.</summary>
    IPreparedTraining Prepare(TrainingRequest request, CancellationToken cancellation);

    /// <summary>Measures a saved model on labelled data.</summary>
    Evaluation Evaluate(string model, TrainingRequest data, IProgress<TrainingProgress> progress, CancellationToken cancellation);

    /// <summary>What a saved model says of each input; where its outputs are no probabilities, the values.</summary>
    IEnumerable<Answer> Predict(string model, IReadOnlyList<string> inputs, Device device, CancellationToken cancellation);

    /// <summary>A vector of each input, by a saved model or a backbone.</summary>
    IEnumerable<(string Input, float[] Vector)> Embed(
        string model, IReadOnlyList<string> inputs, Device device, CancellationToken cancellation);
}

/// <summary>Data and backbone that are ready. It owns the backbone.</summary>
internal interface IPreparedTraining : IDisposable
{
    /// <summary>What is learnt from what, and why so, in one line.</summary>
    string Description { get; }

    /// <summary>Trains and saves the model.</summary>
    TrainingReport Run(string output, IProgress<TrainingProgress> progress, CancellationToken cancellation);

    /// <summary>
    /// What the saved model says of some examples that it was measured by, with their classes; nothing where they have none.
    /// </summary>
    IEnumerable<(Answer Answer, string Truth)> Examples(string model, CancellationToken cancellation);

    /// <summary>What the page of the report shows beside it: the examples that the saved model is most wrong about.</summary>
    ReportOptions Material(string model, CancellationToken cancellation);
}

/// <summary>What a model says of an input.</summary>
/// <param name="Input">The file or text.</param>
/// <param name="Labels">Names of the model's outputs, the likeliest first, or in their order where they are no probabilities.</param>
/// <param name="Values">A probability or value each.</param>
internal sealed record Answer(string Input, IReadOnlyList<string> Labels, IReadOnlyList<double> Values)
{
    /// <summary>Whether a saved model gives probabilities and not values.</summary>
    public static bool AreProbabilities(string model)
    {
        using var artefact = ModelArtefact.Open(model);
        return artefact.Objective.Answer.IsProbability;
    }

    public static Answer Of(string input, Classification answer) =>
        new(input, [.. answer.Predictions.Select(one => one.Label)], [.. answer.Predictions.Select(one => one.Probability)]);

    public static Answer Of(string input, IReadOnlyList<string> labels, float[] values) =>
        new(input, labels, [.. values.Select(value => (double)value)]);
}
