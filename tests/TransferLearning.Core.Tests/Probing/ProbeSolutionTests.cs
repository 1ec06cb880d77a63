using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Probing;

/// <summary>The fit against scikit-learn's optimum.</summary>
public sealed class ProbeSolutionTests
{
    private static readonly double[] Even = [1, 1, 1, 1];

    [Theory]
    [InlineData("logistic", false)]
    [InlineData("logistic-C-0.1", false)]
    [InlineData("logistic-balanced", true)]
    public void Weights_are_those_of_the_optimum(string name, bool balanced)
    {
        using var scope = NewDisposeScope();
        var weights = balanced
            ? Enumerable.Range(0, 4).Select(k => 40.0 / (4 * FewShot.TrainLabels.Count(label => label == k))).ToArray()
            : Even;
        var golden = FewShot.Output(name);
        var solution = Solve(FewShot.Train(), FewShot.TrainLabels, new() { C = golden.GetProperty("C").GetDouble() }, weights);

        solution.Weight.to_type(ScalarType.Float32).Should().BeWithin(1e-5, FewShot.Golden.Tensor($"{name}.weight"));
        solution.Bias.to_type(ScalarType.Float32).Should().BeWithin(1e-5, FewShot.Golden.Tensor($"{name}.bias"));
        (solution.Converged, solution.Choice).Should().Be((true, golden.GetProperty("C").GetDouble() == 1 ? "C 1" : "C 0.1"));
    }

    /// <summary>Their optimum lies at infinity; searching for it among 20,000 of 200 rows took gigabytes and did not end.</summary>
    [Fact]
    public void Classes_without_examples_change_nothing_for_the_others_and_are_answered_almost_never()
    {
        using var scope = NewDisposeScope();
        const int classes = 20_000;
        int[] occurring = [3, 500, 501, 19_000];
        int[] labels = [.. FewShot.TrainLabels.Select(label => occurring[label])];
        var of4 = Solve(FewShot.Train(), FewShot.TrainLabels, new(), Even);

        var all = Solve(FewShot.Train(), labels, new(), [.. Enumerable.Repeat(1.0, classes)]);

        (all.Choice, all.Converged).Should().Be((of4.Choice, true));
        all.Weight.shape.Should().Equal(classes, FewShot.Train().shape[1]);
        all.Weight.index_select(0, Labels(occurring)).Should().BeIdenticalTo(of4.Weight);
        all.Bias.index_select(0, Labels(occurring)).Should().BeIdenticalTo(of4.Bias);
        var probabilities = nn.functional.softmax(FewShot.Test().mm(all.Weight.t()) + all.Bias, 1);
        var ofAbsent = 1 - probabilities.index_select(1, Labels(occurring)).sum(1);
        ofAbsent.max().item<double>().Should().BeInRange(0, 1e-6);
    }

    [Fact]
    public void Two_classes_are_separated_by_the_one_vector_that_scikit_learn_penalises()
    {
        using var scope = NewDisposeScope();
        var golden = FewShot.Output("logistic-two-classes");
        long[] two = [.. Enumerable.Range(0, 40).Where(i => FewShot.TrainLabels[i] < 2)];
        var features = FewShot.Train().index_select(0, tensor(two));
        var solution = Solve(features, [.. two.Select(i => FewShot.TrainLabels[i])], new() { C = 1 }, [1, 1]);

        var probabilities = nn.functional.softmax(FewShot.Test()[..10].mm(solution.Weight.t()) + solution.Bias, 1)[.., 1];
        probabilities.to_type(ScalarType.Float32).Should()
            .BeWithin(1e-5, golden.GetProperty("probability of class 1 (first 10 test rows)").Floats());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void At_the_optimum_the_gradient_is_zero(bool standardize)
    {
        using var scope = NewDisposeScope();
        var features = FewShot.Train();
        features[.., 3] = features[.., 3] * 10 + 50;
        features[.., 7] = 0.1;
        var solution = Solve(features, FewShot.TrainLabels, new() { C = 3, Standardize = standardize }, Even);

        var scale = standardize ? features.std(0, unbiased: false, keepdim: true) : ones(1, 16, dtype: ScalarType.Float64);
        scale[.., 7] = 1;
        var weight = (solution.Weight * scale).requires_grad_();
        var bias = solution.Bias.clone().requires_grad_();
        var logits = nn.functional.linear(features / scale, weight, bias);
        var loss = 3 * nn.functional.cross_entropy(logits, Labels(FewShot.TrainLabels), reduction: nn.Reduction.Sum)
            + weight.square().sum() / 2;
        loss.backward();
        weight.grad!.abs().max().item<double>().Should().BeLessThan(1e-3);
        bias.grad!.abs().max().item<double>().Should().BeLessThan(1e-3);
    }

    [Fact]
    public void A_class_without_examples_is_never_the_answer()
    {
        using var scope = NewDisposeScope();
        var solution = Solve(FewShot.Train(), FewShot.TrainLabels, new() { C = 100 }, [1, 1, 1, 1, 1]);
        solution.Converged.Should().BeTrue();
        solution.Bias.argmin().item<long>().Should().Be(4);
        nn.functional.softmax(FewShot.Train().mm(solution.Weight.t()) + solution.Bias, 1)[.., 4].max().item<double>().Should()
            .BeLessThan(1e-3);
    }

    [Fact]
    public void C_is_what_does_best_on_examples_held_out()
    {
        using var scope = NewDisposeScope();
        List<(int Done, int All)> progress = [];
        var solution = ProbeSolution.Solve(
            FewShot.Train(), Labels(FewShot.TrainLabels), Even, new() { Folds = 4 }, (done, all) => progress.Add((done, all)));

        solution.Choice.Should().Be(
            "C 1 by 4-fold cross-validation (0.01: 52.5 %, 0.03: 67.5 %, 0.1: 77.5 %, 0.3: 77.5 %, 1: 77.5 %, 3: 75.0 %, 10: 72.5 %, "
            + "30: 70.0 %)",
            "of those with the most right answers its probabilities are the best, and larger ones than 30 are not tried");
        progress.Should().Equal(Enumerable.Range(1, 32).Append(41).Select(done => (done, 41)));
    }

    [Fact]
    public void With_few_examples_C_is_a_constant()
    {
        using var scope = NewDisposeScope();
        Solve(FewShot.Train()[..11], FewShot.TrainLabels[..11], new(), Even).Choice.Should()
            .Be("C 10, as there are fewer than 3 examples a class");
    }

    [Fact]
    public void Too_few_iterations_are_told()
    {
        using var scope = NewDisposeScope();
        var solution = Solve(FewShot.Train(), FewShot.TrainLabels, new() { C = 1, MaxIterations = 2 }, Even);
        (solution.Converged, solution.Iterations).Should().Be((false, 2));
    }

    private static Tensor Labels(int[] labels) => tensor(labels, dtype: ScalarType.Int64);

    private static ProbeSolution Solve(Tensor features, int[] labels, LinearProbeOptions options, double[] classWeights) =>
        ProbeSolution.Solve(features, Labels(labels), classWeights, options);
}
