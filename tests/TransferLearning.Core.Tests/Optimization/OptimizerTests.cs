using System.Text.Json;
using TorchSharp.Modules;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Optimization;

/// <summary>Twelve steps on the golden file's gradients against PyTorch.</summary>
public sealed class OptimizerTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("training/optimizers");

    /// <summary>SAM is compared in whole runs of a trainer.</summary>
    public static TheoryData<string> Cases => GoldenTraining.Cases("optimizers", but: ["sam", "asam"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_are_PyTorchs(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Case(name);
        var rule = Rule(golden);
        var parameters = Golden.Json.GetProperty("parameters").EnumerateArray().ToDictionary(
            p => p[0].GetString()!, p => new Parameter(Formula.Weight(p[0].GetString()!, [.. p[1].Integers()]), requires_grad: true));
        var groups = Groups(golden, rule, parameters);
        var expected = Golden.Tensor($"{name}/params").Chunk(41).ToArray();

        using var optimizer = rule.Create();
        for (var step = 1; step <= 12; step++)
        {
            foreach (var (parameter, tensor) in parameters) tensor.grad = Gradient(golden, step, parameter, tensor);
            if (golden.TryGetProperty("lr_drop", out var drop) && drop.GetProperty("from_step").GetInt32() == step)
                foreach (var group in groups) group.LearningRate *= drop.GetProperty("factor").GetDouble();
            optimizer.Step(groups);
            cat([.. parameters.Values.Select(tensor => tensor.flatten())])
                .Should().BeWithin(golden.GetProperty("tolerance").GetDouble(), expected[step - 1], $"step {step}");
        }
        // Histories have PyTorch's names and values.
        var histories = parameters.Values.Select(optimizer.Save).ToArray();
        foreach (var key in histories.SelectMany(history => history.Keys).Distinct())
            cat([.. histories.Select(history => history[key].flatten())])
                .Should().BeWithin(golden.GetProperty("tolerance").GetDouble(), Golden.Tensor($"{name}/state/{key}"), key);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_sparse_gradient_counts_as_a_dense_one(Optimizer rule)
    {
        using var scope = NewDisposeScope();
        Step(sparse: true).Should().BeWithin(0, Step(sparse: false).data<float>().ToArray());

        Tensor Step(bool sparse)
        {
            using var table = nn.Embedding(4, 3, sparse: sparse);
            using (no_grad()) table.weight!.copy_(Formula.Weight("table", [4, 3]));
            table.call(tensor(new long[] { 1, 3, 1 })).sum().backward();
            using var optimizer = rule.Create();
            optimizer.Step([new ParameterGroup([.. table.parameters()]) { LearningRate = 0.1, WeightDecay = 0.1 }]);
            return table.weight!.detach().clone();
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_complex_parameter_is_refused(Optimizer rule)
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(
            ones([2], ScalarType.ComplexFloat32), requires_grad: true) { grad = ones([2], ScalarType.ComplexFloat32) };
        using var optimizer = rule.Create();
        optimizer.Invoking(it => it.Step([new ParameterGroup([parameter]) { LearningRate = 0.1 }]))
            .Should().Throw<NotSupportedException>().WithMessage("*[2]*ComplexFloat32*");
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Uphill_is_downhill_on_the_opposite_gradient(Optimizer rule)
    {
        using var scope = NewDisposeScope();
        Steps(rule with { Maximize = true }, 1).Should().BeWithin(0, Steps(rule, -1).data<float>().ToArray());

        static Tensor Steps(Optimizer rule, float sign)
        {
            var parameter = new Parameter(Formula.Weight("w", [3, 4]), requires_grad: true);
            using var optimizer = rule.Create();
            for (var step = 1; step <= 3; step++)
            {
                parameter.grad = Formula.Input($"g{step}", [3, 4], -sign, sign * 0.5);
                optimizer.Step([new ParameterGroup([parameter]) { LearningRate = 0.1, WeightDecay = 0.1 }]);
            }
            return parameter.detach();
        }
    }

    public static TheoryData<Optimizer> Rules => [new Sgd(), new Adam(), new AdamW(), new Lion()];

    private static Optimizer Rule(JsonElement golden)
    {
        var options = golden.GetProperty("options");
        var rate = options.GetProperty("lr").GetDouble();
        Optimizer rule = golden.GetProperty("class").GetString() switch
        {
            "SGD" => new Sgd(rate, options.NumberOr("momentum", 0), options.NumberOr("weight_decay", 0))
            {
                Dampening = options.NumberOr("dampening", 0),
                Nesterov = Flag("nesterov"),
            },
            "Lion" => new Lion(rate, options.NumberOr("weight_decay", 0)),
            "Adam" => WithOptions(new Adam(rate, options.NumberOr("weight_decay", 0))),
            "AdamW" => WithOptions(new AdamW(rate, options.NumberOr("weight_decay", 0.01))),
            var other => throw new NotSupportedException($"There is no optimizer {other}."),
        };
        return rule with { Maximize = Flag("maximize") };

        bool Flag(string name) => options.TryGetProperty(name, out var flag) && flag.GetBoolean();

        AdamOptimizer WithOptions(AdamOptimizer adam)
        {
            var betas = options.TryGetProperty("betas", out var given) ? given.Numbers() : [adam.Beta1, adam.Beta2];
            return adam with { Beta1 = betas[0], Beta2 = betas[1], Epsilon = options.NumberOr("eps", adam.Epsilon), AmsGrad = Flag("amsgrad") };
        }
    }

    private static ParameterGroup[] Groups(JsonElement golden, Optimizer rule, Dictionary<string, Parameter> parameters) =>
        golden.TryGetProperty("groups", out var groups)
            ? [.. groups.EnumerateArray().Select(group => new ParameterGroup(
                [.. group.GetProperty("params").EnumerateArray().Select(name => parameters[name.GetString()!])])
                {
                    LearningRate = group.NumberOr("lr", rule.LearningRate),
                    WeightDecay = group.NumberOr("weight_decay", rule.WeightDecay),
                })]
            : [new ParameterGroup([.. parameters.Values]) { LearningRate = rule.LearningRate, WeightDecay = rule.WeightDecay }];

    private static Tensor? Gradient(JsonElement golden, int step, string parameter, Tensor value)
    {
        if (golden.TryGetProperty("none", out var none) && none.TryGetProperty(parameter, out var steps) && steps.Integers().Contains(step))
            return null;
        return GoldenGradient.Of(Golden, step, parameter, value.shape);
    }

    [Fact]
    public void A_parameter_that_is_a_view_with_gaps_or_repetitions_is_refused()
    {
        using var scope = NewDisposeScope();
        var whole = randn(6, 4);
        foreach (var view in new[] { whole.slice(0, 0, 6, 2), randn(1, 4).expand(3, 4), whole.slice(1, 0, 2, 1) })
            FluentActions.Invoking(() => new ParameterGroup([new Parameter(view)])).Should().Throw<ArgumentException>()
                .WithMessage("*view with gaps or repetitions*contiguous()*");
        new ParameterGroup(
            [new Parameter(whole.t()), new Parameter(whole.slice(0, 2, 4, 1)), new Parameter(ones(1, 3, 1))]).Parameters.Should()
                .HaveCount(3);
    }
}
