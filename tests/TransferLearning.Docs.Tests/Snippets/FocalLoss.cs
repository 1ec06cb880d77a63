// snippet: own-objective
using System.Text.Json.Nodes;
using TransferLearning;
using static TorchSharp.torch;
// end-snippet

namespace Snippets;

// snippet: own-objective
/// <summary>
/// Cross-entropy times (1 - p)^gamma, so that examples that are easy count less (Lin et al., "Focal loss for dense object detection", 2017).
/// </summary>
public sealed record FocalLoss(double Gamma = 2) : IObjective
{
    public string Kind => "focal";

    public JsonObject Settings => new() { ["gamma"] = Gamma };

    public IAnswer Answer => new ClassProbabilities();

    public IReadOnlyList<IMetric> Metrics => [new ClassificationMetric()];

    public Tensor Loss(TensorSet output, TensorSet target)
    {
        using var scope = NewDisposeScope();
        var logProbability = output.Values.log_softmax(1).gather(1, target.Values.unsqueeze(1));
        return ((1 - logProbability.exp()).pow(Gamma) * -logProbability).mean().MoveToOuterDisposeScope();
    }

    public void Validate(TensorSet target, int outputs)
    {
        if (target.Values.is_floating_point() || target.Values.dim() != 1) throw new ArgumentException("The focal loss takes one class an example.");
        new CrossEntropy().Validate(target, outputs);
    }

    public static FocalLoss Read(JsonObject settings) => new((double)settings["gamma"]!);
}
// end-snippet
