using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Data;

public sealed class DatasetExtensionsTests : IDisposable
{
    private readonly Tensor _values = Formula.Input("values", [100, 2], 0, 1);

    public void Dispose() => _values.Dispose();

    [Fact]
    public void Every_class_is_split_in_the_same_proportion_and_nothing_is_lost()
    {
        var data = Data([.. Enumerable.Repeat(0, 50), .. Enumerable.Repeat(1, 30), .. Enumerable.Repeat(2, 20)]);
        var (first, second) = data.Split(0.8, seed: 3);

        Counts(first).Should().Equal(40, 24, 16);
        Counts(second).Should().Equal(10, 6, 4);
        Rows(first).Concat(Rows(second)).Should().BeEquivalentTo(Rows(data));
        first.Targets.Names.Should().Equal(data.Targets.Names);
    }

    [Fact]
    public void The_seed_decides()
    {
        var data = Data([.. Enumerable.Range(0, 100).Select(i => i % 2)]);
        Rows(data.Split(0.5, seed: 1).First).Should().Equal(Rows(data.Split(0.5, seed: 1).First));
        Rows(data.Split(0.5, seed: 1).First).Should().NotEqual(Rows(data.Split(0.5, seed: 2).First));
    }

    [Theory]
    [InlineData(0.99)]
    [InlineData(0.01)]
    public void A_class_of_two_is_in_both_parts_and_a_class_of_one_in_the_first(double share)
    {
        var (first, second) = Data([0, 1, 1]).Split(share);
        Labels(first).Should().Equal(0, 1);
        Labels(second).Should().Equal(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_share_is_between_0_and_1(double share)
    {
        var split = () => Data([0, 1]).Split(share);
        split.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*between 0 and 1*");
    }

    [Fact]
    public void Three_parts_have_every_class_in_the_same_proportion_and_nothing_is_lost()
    {
        var data = Data([.. Enumerable.Repeat(0, 50), .. Enumerable.Repeat(1, 30), .. Enumerable.Repeat(2, 20)]);
        var (train, validation, test) = data.Split(0.7, 0.2, seed: 3);

        Counts(train).Should().Equal(35, 21, 14);
        Counts(validation).Should().Equal(10, 6, 4);
        Counts(test).Should().Equal(5, 3, 2);
        Rows(train).Concat(Rows(validation)).Concat(Rows(test)).Should().BeEquivalentTo(Rows(data));
        Rows(train).Should().Equal(Rows(data.Split(0.7, seed: 3).First), "the first part is that of two");
        Rows(data.Split(0.7, 0.2, seed: 3).Test).Should().Equal(Rows(test));
        Rows(data.Split(0.7, 0.2, seed: 4).Test).Should().NotEqual(Rows(test));
    }

    [Theory]
    [InlineData(0.98, 0.01)]
    [InlineData(0.01, 0.01)]
    [InlineData(0.01, 0.98)]
    public void A_class_of_three_is_in_all_parts_and_one_of_fewer_in_the_first_ones(double train, double validation)
    {
        var (first, second, third) = Data([0, 1, 1, 2, 2, 2]).Split(train, validation);
        Labels(first).Should().Equal(0, 1, 2);
        Labels(second).Should().Equal(1, 2);
        Labels(third).Should().Equal(2);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.5, 0)]
    [InlineData(0.9, 0.1)]
    [InlineData(0.8, 0.3)]
    [InlineData(0.5, double.NaN)]
    public void Shares_that_leave_a_part_empty_are_refused(double train, double validation)
    {
        var split = () => Data([0, 1]).Split(train, validation);
        split.Should().Throw<ArgumentOutOfRangeException>().WithMessage("The share of the *");
    }

    [Fact]
    public void Every_fold_measures_by_its_share_of_every_class_and_learns_from_the_others()
    {
        var data = Data([.. Enumerable.Repeat(0, 50), .. Enumerable.Repeat(1, 30), .. Enumerable.Repeat(2, 20)]);
        var folds = data.Folds(5, seed: 3);

        folds.Should().HaveCount(5);
        foreach (var (train, validation) in folds)
        {
            Counts(train).Should().Equal(40, 24, 16);
            Counts(validation).Should().Equal(10, 6, 4);
            Rows(train).Concat(Rows(validation)).Should().BeEquivalentTo(Rows(data));
        }
        folds.SelectMany(fold => Rows(fold.Validation)).Should().BeEquivalentTo(Rows(data), "each example is measured by once");
        Rows(data.Folds(5, seed: 3)[0].Train).Should().Equal(Rows(folds[0].Train)).And.NotEqual(Rows(data.Folds(5, seed: 4)[0].Train));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void There_are_as_many_folds_as_examples_allow(int count)
    {
        var folds = () => Data([0, 1, 0, 1]).Folds(count);
        folds.Should().Throw<ArgumentOutOfRangeException>().WithMessage("A set of 4 examples is cut into 2 to 4 parts.*");
        Data([0, 1, 0, 1]).Folds(4).Should().OnlyContain(fold => fold.Validation.Count == 1 && fold.Train.Count == 3);
    }

    private TensorDataset Data(int[] labels) =>
        new TensorDataset(
            _values, [.. labels, .. new int[100 - labels.Length]], ["a", "b", "c"]).Subset([.. Enumerable.Range(0, labels.Length)]);

    private static IEnumerable<int> Counts(TensorDataset data) =>
        Labels(data).CountBy(label => label).OrderBy(count => count.Key).Select(count => count.Value);

    private static IReadOnlyList<int> Labels(TensorDataset data) => ((ClassTargets)data.Targets).Indices;

    private static float[] Rows(TensorDataset data)
    {
        using var batch = data.Prepare(null).Load([.. Enumerable.Range(0, data.Count)], default);
        return batch.Input.Values.data<float>().ToArray();
    }
}
