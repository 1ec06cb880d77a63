using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Objectives;

[NoTensorLeaks(MakesModels = true)]
public sealed class RegressionTests
{
    [Theory]
    [InlineData("mse", RegressionLoss.Squared)]
    [InlineData("mae", RegressionLoss.Absolute)]
    [InlineData("huber", RegressionLoss.Huber)]
    public void Value_and_gradient_are_PyTorchs(string name, RegressionLoss difference)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Open("training/losses").Case(name);
        var input = golden.GetProperty("input");
        var values = Formula.Input(input.GetProperty("pred")).requires_grad_();

        var loss = new Regression { Difference = difference, HuberDelta = 0.5 }.Loss(values, Formula.Input(input.GetProperty("target")));
        loss.backward();

        var tolerance = golden.GetProperty("tolerance").GetDouble();
        loss.item<float>().Should().BeApproximately((float)golden.GetProperty("output").GetDouble(), (float)tolerance);
        values.grad!.Should().BeWithin(tolerance, golden.GetProperty("grad").GetProperty("pred").Floats());
    }

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
