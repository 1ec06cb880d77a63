using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Objectives;

[NoTensorLeaks(MakesModels = true)]
public sealed class RegressionTests
{
    [Theory]
    [InlineData("albert_tiny")]
    [InlineData("bert_tiny")]
    public void The_loss_is_Hugging_Faces(string model)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Open($"text/{model}/regression").Json;
        var values = tensor(
            golden.GetProperty("output").GetProperty("logits").EnumerateArray().SelectMany(row => row.Floats()).ToArray(), [2, 1]);
        var target = tensor(golden.GetProperty("input").GetProperty("labels").EnumerateArray().SelectMany(row => row.Floats()).ToArray());
        new Regression().Loss(values, target).item<float>().Should().BeApproximately(
            (float)golden.GetProperty("output").GetProperty("loss").GetDouble(), 3e-5f, "a target [N] is one for each of the outputs [N, 1]");
    }

    [Fact]
    public void There_are_no_probabilities()
    {
        using var scope = NewDisposeScope();
        var answer = new Regression().Answer;
        answer.IsProbability.Should().BeFalse();
        answer.Read(tensor([2f, -3], [2, 1])).Should().BeWithin(0, [2, -3]);
    }

    [Fact]
    public void Bad_targets_are_named()
    {
        using var scope = NewDisposeScope();
        Refuses(new(), tensor([0L, 1]), 1, "*float32 of shape [N, 1] or [N]; got Int64 of shape [2]*");
        Refuses(new(), zeros(3), 2, "*float32 of shape [N, 2]; got Float32 of shape [3]*");
        Refuses(new(), tensor([1, float.PositiveInfinity]), 1, "*target of example*finite numbers*");
        Refuses(new() { HuberDelta = 0 }, zeros(1), 1, "*HuberDelta is 0; it is above 0*");
    }

    private static void Refuses(Regression objective, Tensor target, int outputs, string message)
    {
        var validate = () => objective.Validate(target, outputs);
        validate.Should().Throw<ArgumentException>().WithMessage(message);
    }
}
