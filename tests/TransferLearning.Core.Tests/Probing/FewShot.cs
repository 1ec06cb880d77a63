using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Probing;

/// <summary>The features and the answers of tests/golden/metrics/few-shot: 40 examples of 4 classes to learn from, 30 to ask.</summary>
internal static class FewShot
{
    public static GoldenCase Golden { get; } = GoldenCase.Open("metrics/few-shot");

    public static int[] TrainLabels { get; } = Golden.Json.GetProperty("config").GetProperty("y").Integers();

    public static int[] TestLabels { get; } = Golden.Json.GetProperty("config").GetProperty("y of test").Integers();

    /// <summary>What the reference says of a head.</summary>
    public static JsonElement Output(string head) => Golden.Json.GetProperty("output").GetProperty(head);

    /// <summary>Features <c>[40, 16]</c>, in the current dispose scope.</summary>
    public static Tensor Train() => Features("train", TrainLabels);

    /// <summary>Features <c>[30, 16]</c>, in the current dispose scope.</summary>
    public static Tensor Test() => Features("test", TestLabels);

    private static Tensor Features(string part, int[] labels)
    {
        var centres = Formula.Input("few-shot/centres", [4, 16], -1, 1);
        var noise = Formula.Input($"few-shot/{part}/noise", [labels.Length, 16], -1, 1);
        return noise.to_type(ScalarType.Float64)
            + 0.6 * centres.to_type(ScalarType.Float64).index_select(0, tensor(labels, dtype: ScalarType.Int64));
    }
}
