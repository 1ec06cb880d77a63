using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Backbones;

/// <summary>Networks with formula weights against Hugging Face's.</summary>
public sealed class TextNetworkGoldenTests
{
    public static TheoryData<string> Networks { get; } =
    [
        "bert_tiny/model", "bert_tiny/model_ids_only", "bert_tiny/model_odd_config", "bert_tiny/small_weights",
        "distilbert_tiny/model", "roberta_tiny/model", "roberta_tiny/model_left_padded", "roberta_tiny/small_weights",
        "albert_tiny/model", "albert_tiny/model_groups", "electra_tiny/model", "deberta_v3_tiny/model", "modernbert_tiny/model",
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void State_dict_has_the_references_names_shapes_and_order(string path)
    {
        using var golden = GoldenText.Open(path);
        Listing(golden.Model.Network).Should().Equal(golden.Golden.Parameters);
    }

    [Fact]
    public void The_listing_of_distilbert_base_is_the_references()
    {
        using var backbone = TextBackbones.Create("distilbert-base-uncased");
        var golden = GoldenCase.Open("text/distilbert_base/listing");
        Listing(backbone.Module).Select(parameter => $"distilbert.{parameter}")
            .Should().Equal(golden.Parameters.Where(parameter => parameter.StartsWith("distilbert.", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Hidden_states_equal_the_references(string path)
    {
        using var golden = GoldenText.Open(path);
        using var _ = no_grad();
        var hidden = golden.Model.Network.call(golden.Input);
        golden.Real(hidden).Should().BeWithin(golden.Tolerance, golden.Expected("last_hidden_state", hidden.shape));
    }

    [Theory]
    [InlineData("bert_tiny/model")]
    [InlineData("distilbert_tiny/model")]
    [InlineData("roberta_tiny/model_left_padded")]
    [InlineData("electra_tiny/model")]
    [InlineData("deberta_v3_tiny/model")]
    [InlineData("modernbert_tiny/model")]
    public void Each_layer_group_gives_the_references_hidden_states(string path)
    {
        using var golden = GoldenText.Open(path);
        using var _ = no_grad();
        var tolerance = golden.Golden.Json.GetProperty("tolerance_hidden_states").GetDouble();
        var hidden = golden.Input;
        var groups = golden.Model.Network.LayerGroups;
        for (var i = 0; i < groups.Count; i++)
        {
            hidden = groups[i].Forward(hidden);
            golden.Real(hidden.Values).Should()
                .BeWithin(tolerance, golden.Expected($"hidden_states.{i}", hidden.Values.shape), groups[i].Name);
        }
    }

    [Theory]
    [InlineData("bert_tiny/model")]
    [InlineData("distilbert_tiny/model")]
    [InlineData("roberta_tiny/model_left_padded")]
    [InlineData("electra_tiny/model")]
    [InlineData("albert_tiny/model")]
    [InlineData("deberta_v3_tiny/model")]
    [InlineData("modernbert_tiny/model")]
    public void The_mean_of_the_real_tokens_is_the_references(string path)
    {
        using var golden = GoldenText.Open(path);
        using var _ = no_grad();
        var hidden = golden.Hidden();
        TextPooling.Mean.Pool(hidden).Should().BeWithin(golden.Tolerance, golden.Inline("mean_pooled"));
    }

    [Theory]
    [InlineData("minilm_l6/model")]
    [InlineData("bert_base/model")]
    public void Full_size_networks_equal_the_reference(string path)
    {
        using var golden = GoldenText.Open(path);
        using var _ = no_grad();
        Listing(golden.Model.Network).Should().Equal(golden.Golden.Parameters);

        var hidden = golden.Hidden();
        var expected = golden.Output.GetProperty("last_hidden_state").GetProperty("values").EnumerateArray()
            .SelectMany(row => row.EnumerateArray()).SelectMany(token => token.Floats());
        hidden.Values[.., ..3, ..16].Should().BeWithin(golden.Tolerance, expected.ToArray());
        TextPooling.Mean.Pool(hidden).Should().BeWithin(golden.Tolerance, golden.Golden.Tensor("mean_pooled"));
    }

    [Fact]
    public void Distances_fall_into_the_references_buckets()
    {
        var positions = GoldenCase.Open("text/deberta_v3_tiny/model").Json.GetProperty("positions");
        Enumerable.Range(-31, 63).Select(distance => new Deberta.RelativePositions(8, 8, 32).Bucket(distance)).Should()
            .Equal(Expected("buckets_8_max_32"));
        Enumerable.Range(0, 512).Select(distance => new Deberta.RelativePositions(256, 256, 512).Bucket(distance)).Should()
            .Equal(Expected("buckets_256_max_512_of_0_to_511"));

        long[] Expected(string name) => [.. positions.GetProperty(name).EnumerateArray().Select(bucket => bucket.GetInt64())];
    }

    private static IEnumerable<string> Listing(nn.Module network) =>
        network.state_dict().Select(entry => $"{entry.Key} [{string.Join(',', entry.Value.shape)}] float32");
}
