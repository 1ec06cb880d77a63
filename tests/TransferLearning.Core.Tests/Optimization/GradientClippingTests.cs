using System.Text.Json;
using TorchSharp.Modules;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Optimization;

public sealed class GradientClippingTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("training/clipping");

    public static TheoryData<string> Cases => GoldenTraining.Cases("clipping");

    /// <summary>
    /// As in PyTorch, a gradient that is NaN makes all of them NaN, and an infinite one becomes NaN and the others 0. Either way
    /// the weights are no longer finite after the step, and the next loss ends the run with a message that names them.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_scaled_as_PyTorch_scales_them(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Case(name);
        var parameters = golden.GetProperty("gradients").EnumerateObject()
            .ToDictionary(entry => entry.Name, entry => WithGradient(golden, entry));

        using var clipping = new GradientClipping();
        clipping.Clip(parameters.Values, golden.GetProperty("max_norm").GetDouble());

        foreach (var expected in golden.GetProperty("after").EnumerateObject())
            if (expected.Value.ValueKind == JsonValueKind.Null) (parameters[expected.Name].grad is null).Should().BeTrue();
            else parameters[expected.Name].grad!.Should().BeWithin(
                golden.GetProperty("tolerance").GetDouble(), expected.Value.Floats(), expected.Name);
    }

    [Fact]
    public void Below_the_limit_gradients_stay_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        var gradient = Formula.Input("gradient", [40], -1, 1);
        var parameter = new Parameter(zeros(40), requires_grad: true) { grad = gradient.clone() };
        using var clipping = new GradientClipping();
        clipping.Clip([parameter], 1000);
        parameter.grad!.Should().BeIdenticalTo(gradient);
    }

    private static Parameter WithGradient(JsonElement golden, JsonProperty entry)
    {
        var gradient = Formula.Input(entry.Value);
        if (golden.GetProperty("patch").TryGetProperty(entry.Name, out var patch))
            foreach (var element in patch.EnumerateObject()) gradient[int.Parse(element.Name, null)] = (float)element.Value.Number();
        var parameter = new Parameter(zeros(gradient.shape), requires_grad: true);
        if (!golden.GetProperty("none").EnumerateArray().Any(name => name.GetString() == entry.Name)) parameter.grad = gradient;
        return parameter;
    }
}
