using System.Text.Json;
using TransferLearning.TestKit;

namespace TransferLearning.Tests.Probing;

public sealed class LabelledPairsTests
{
    private static readonly JsonElement[] Golden = [
        .. GoldenCase.Open("text/sentences/setfit_pairs").Json.GetProperty("cases").EnumerateArray()];

    [Fact]
    public void There_are_as_many_as_SetFit_has()
    {
        var cases = Golden.Where(golden => golden.GetProperty("max_pairs").GetInt32() == -1).ToArray();
        cases.Should().HaveCount(32);
        foreach (var golden in cases)
        {
            int? perExample = golden.GetProperty("num_iterations").ValueKind == JsonValueKind.Null
                ? null
                : golden.GetProperty("num_iterations").GetInt32();
            var pairs = new LabelledPairs(
                Labels(golden.GetProperty("class_sizes").Integers()), Enum.Parse<PairSampling>(golden.GetProperty("strategy").GetString()!, ignoreCase: true), perExample);

            (pairs.AllSame, pairs.AllDifferent, pairs.Same, pairs.Different, pairs.Count).Should().Be(
                (Number("different_positives"), Number("different_negatives"), Number("positives"), Number("negatives"), Number("pairs")), golden.GetRawText());

            long Number(string name) => golden.GetProperty(name).GetInt64();
        }
    }

    [Theory]
    [InlineData(8, 8)]
    [InlineData(1, 5)]
    [InlineData(2, 3, 4, 5)]
    public void An_epoch_of_unique_pairs_holds_each_once(params int[] sizes)
    {
        var labels = Labels(sizes);
        var pairs = new LabelledPairs(labels, PairSampling.Unique);
        var all = All(pairs, epoch: 3);

        all.Select(pair => (Math.Min(pair.First, pair.Second), Math.Max(pair.First, pair.Second))).Should().OnlyHaveUniqueItems();
        all.Should().HaveCount(labels.Length * (labels.Length + 1) / 2, "they are all pairs there are")
            .And.OnlyContain(pair => pair.IsSame == (labels[pair.First] == labels[pair.Second]));
    }

    [Fact]
    public void Repeated_pairs_come_again_when_all_have_come()
    {
        var same = All(new LabelledPairs(Labels([2, 3, 4, 5]), PairSampling.Oversampling), epoch: 0).Where(pair => pair.IsSame).ToArray();
        same.Should().HaveCount(71);
        same[..34].Should().OnlyHaveUniqueItems();
        same[34..68].Should().BeEquivalentTo(same[..34]).And.NotEqual(same[..34], "the order is a new one");
    }

    [Fact]
    public void Both_kinds_are_spread_evenly()
    {
        var balanced = All(new LabelledPairs(Labels([8, 8]), PairSampling.Oversampling), epoch: 0).Select(pair => pair.IsSame);
        balanced.Should().Equal(Enumerable.Range(0, 144).Select(place => place % 2 == 0));
        var unique = All(new LabelledPairs(Labels([8, 8, 8]), PairSampling.Unique), epoch: 0).Select(pair => pair.IsSame).ToArray();
        unique.Chunk(25).Should().OnlyContain(chunk => chunk.Count(isSame => isSame) == 9, "it is their share of 108 in 300");
    }

    [Fact]
    public void Seed_and_epoch_decide_the_order()
    {
        var pairs = new LabelledPairs(Labels([8, 8]), PairSampling.Oversampling);
        All(pairs, 0).Should().Equal(All(pairs, 0)).And.NotEqual(All(pairs, 1)).And.NotEqual(All(pairs, 0, seed: 1));
    }

    [Fact]
    public void Labels_need_not_be_sorted_nor_every_class_present()
    {
        int[] labels = [7, 2, 7, 2, 9];
        All(new LabelledPairs(labels, PairSampling.Unique), 0).Should().HaveCount(15)
            .And.OnlyContain(pair => pair.IsSame == (labels[pair.First] == labels[pair.Second]));
    }

    [Fact]
    public void A_million_examples_have_their_pairs_at_once()
    {
        int[] labels = [.. Enumerable.Range(0, 1_000_000).Select(i => i % 3)];
        var pairs = new LabelledPairs(labels, PairSampling.Oversampling);
        var (first, second, isSame) = pairs.At(pairs.Count - 1, 0, 0);
        (labels[first] == labels[second]).Should().Be(isSame);
        pairs.AllSame.Should().BeGreaterThan(160_000_000_000);
    }

    private static int[] Labels(int[] sizes) => [.. sizes.SelectMany((size, label) => Enumerable.Repeat(label, size))];

    private static (int First, int Second, bool IsSame)[] All(LabelledPairs pairs, long epoch, long seed = 0) =>
        [.. Enumerable.Range(0, (int)pairs.Count).Select(place => pairs.At(place, seed, epoch))];
}
