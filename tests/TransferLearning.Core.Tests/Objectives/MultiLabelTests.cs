using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Objectives;

public sealed class MultiLabelTests
{
    [Theory]
    [InlineData("albert_tiny")]
    [InlineData("bert_tiny")]
    public void The_loss_is_Hugging_Faces(string model)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Open($"text/{model}/multi_label");
        var (logits, target) = (
            Rows(golden.Json.GetProperty("output").GetProperty("logits")), Rows(golden.Json.GetProperty("input").GetProperty("labels")));
        new MultiLabel().Loss(logits, target).item<float>().Should()
            .BeApproximately((float)golden.Json.GetProperty("output").GetProperty("loss").GetDouble(), 2e-5f);

        static Tensor Rows(System.Text.Json.JsonElement rows) =>
            tensor(rows.EnumerateArray().SelectMany(row => row.Floats()).ToArray()).view(rows.GetArrayLength(), -1);
    }

    [Fact]
    public void Probabilities_are_each_labels_own()
    {
        using var scope = NewDisposeScope();
        new MultiLabel().Answer.Read(tensor([0f, 1000, -1000], [1, 3])).Should().BeWithin(1e-7, [0.5f, 1, 0]);
    }

    [Fact]
    public void Bad_targets_are_named()
    {
        using var scope = NewDisposeScope();
        Refuses(new(), tensor([0L, 1]), "*must be float32 of shape [N, 3]; got Int64 of shape [2]*");
        Refuses(new(), zeros(2, 4), "*got Float32 of shape [2, 4]*");
        Refuses(new(), full([1, 3], 2f), "*target of example 0 of the batch is 2; it is 1 where the label holds and 0 where not*");
        Refuses(new(), full([1, 3], float.NaN), "*target of example*NaN*");
        Refuses(new() { PositiveWeights = [1] }, zeros(1, 3), "*1 positive weights for 3 labels*");
        Refuses(new() { PositiveWeights = [1, 0, 1] }, zeros(1, 3), "*weight in PositiveWeights is 0; weights are above 0*");
        Refuses(new() { LabelWeights = [1, 2] }, zeros(1, 3), "*2 label weights for 3 labels*");
        Refuses(new() { LabelWeights = [1, float.NaN, 1] }, zeros(1, 3), "*weight in LabelWeights is NaN; weights are above 0*");
    }

    private static void Refuses(MultiLabel objective, Tensor target, string message)
    {
        var validate = () => objective.Validate(target, 3);
        validate.Should().Throw<ArgumentException>().WithMessage(message);
    }
}
