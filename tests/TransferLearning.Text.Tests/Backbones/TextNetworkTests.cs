using TorchSharp;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Backbones;

/// <summary>What holds for every family.</summary>
[Collection(nameof(TorchGenerator))]
public sealed class TextNetworkTests
{
    public static TheoryData<string> Families { get; } =
    [
        "bert_tiny/model", "distilbert_tiny/model", "roberta_tiny/model", "albert_tiny/model", "electra_tiny/model",
        "deberta_v3_tiny/model", "modernbert_tiny/model",
    ];

    [Theory]
    [MemberData(nameof(Families))]
    public void A_text_gives_the_same_vectors_alone_and_padded_among_others(string path)
    {
        using var golden = GoldenText.Open(path);
        using var _ = no_grad();
        var (ids, mask) = (golden.Input.Values, golden.Input.Mask!);
        var length = mask[1].sum().item<long>();
        var padded = golden.Model.Network.call(new TensorSet(ids, mask))[1, ..(int)length];
        var alone = golden.Model.Network.call(new TensorSet(ids[1..2, ..(int)length]))[0];

        alone.Should().BeWithin(golden.Tolerance, padded);
    }

    [Theory]
    [InlineData("roberta_tiny/model")]
    [InlineData("deberta_v3_tiny/model")]
    [InlineData("modernbert_tiny/model")]
    public void Where_positions_are_relative_or_counted_over_real_tokens_the_side_of_the_padding_does_not_matter(string path)
    {
        using var golden = GoldenText.Open(path);
        using var _ = no_grad();
        var (ids, mask) = (golden.Input.Values[1..2], golden.Input.Mask![1..2]);
        var length = mask.sum().item<long>();
        var shift = ids.size(1) - length;
        var right = golden.Model.Network.call(new TensorSet(ids, mask))[0][mask[0]];
        var left = golden.Model.Network.call(new TensorSet(ids.roll(shift, 1), mask.roll(shift, 1)))[0][mask.roll(shift, 1)[0]];

        left.Should().BeWithin(golden.Tolerance, right);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_row_without_any_token_gives_numbers_and_gradients_and_leaves_the_others_alone(string path)
    {
        using var golden = GoldenText.Open(path);
        var (ids, mask) = (golden.Input.Values, golden.Input.Mask!.clone());
        mask[1] = tensor(false);
        var network = golden.Model.Network;
        network.train();
        foreach (var dropout in network.modules().OfType<Dropout>()) dropout.eval();
        var hidden = network.call(new TensorSet(ids, mask));
        hidden.isfinite().all().item<bool>().Should().BeTrue();

        TextPooling.Mean.Pool(new TensorSet(hidden, mask)).pow(2).sum().backward();
        network.named_parameters().Where(entry => entry.parameter.grad is not null).Should()
            .OnlyContain(entry => entry.parameter.grad!.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_parameter_belongs_to_one_group_but_those_of_the_pooler_and_gets_a_gradient(string path)
    {
        using var golden = GoldenText.Open(path);
        var network = golden.Model.Network;
        TextPooling.Mean.Pool(new TensorSet(network.call(golden.Input), golden.Input.Mask)).pow(3).sum().backward();

        foreach (var (name, parameter) in network.named_parameters())
        {
            var isPooler = name.StartsWith("pooler.", StringComparison.Ordinal);
            network.LayerGroups.Count(group => group.Owns(name)).Should().Be(isPooler ? 0 : 1, name);
            (parameter.grad is not null).Should().Be(!isPooler, name);
        }
    }

    [Theory]
    [InlineData("tanh")]
    [InlineData("gelu")]
    public void The_convolution_of_larger_debertas_is_trained(string activation)
    {
        using var scope = NewDisposeScope();
        using var network = TextModel.Build(
            "tiny", TinyFolder.Configuration("deberta_v3_tiny", ("conv_kernel_size", 3), ("conv_act", activation))).Network;
        network.Initialize(_ => true);
        network.call(new TensorSet(full([2, 6], 5, ScalarType.Int64))).pow(3).sum().backward();
        network.named_parameters().Where(entry => entry.name.StartsWith("encoder.conv.", StringComparison.Ordinal)).Should().HaveCount(4)
            .And.OnlyContain(entry => entry.parameter.grad!.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_run_draws_nothing_from_torchs_generator(string path)
    {
        using var golden = GoldenText.Open(path);
        using var _ = no_grad();
        var network = golden.Model.Network;
        network.train();
        foreach (var module in network.modules().OfType<IRandomModule>()) module.Random = new RandomSource();
        manual_seed(3);
        var expected = rand(5);
        manual_seed(3);
        network.call(golden.Input);
        rand(5).Should().BeIdenticalTo(expected);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Training_drops_out_and_evaluation_does_not(string path)
    {
        using var golden = GoldenText.Open(path);
        using var _ = no_grad();
        var network = golden.Model.Network;
        var dropped = Hidden(train: true).ne(Hidden(train: true)).any().item<bool>();
        dropped.Should().Be(network.modules().OfType<Dropout>().Any(dropout => dropout.Probability > 0));
        Hidden(train: false).Should().BeIdenticalTo(Hidden(train: false));

        Tensor Hidden(bool train)
        {
            network.train(train);
            return network.call(golden.Input);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void New_weights_are_drawn_as_the_reference_draws_them(string path)
    {
        using var golden = GoldenText.Open(path);
        var network = golden.Model.Network;
        random.manual_seed(1);
        network.Initialize(_ => true);
        using var first = network.named_parameters().First(
            entry => entry.parameter.dim() == 2 && entry.parameter.size(0) == entry.parameter.size(1)).parameter.clone();
        random.manual_seed(1);
        network.Initialize(_ => true);

        network.named_parameters().First(
            entry => entry.parameter.dim() == 2 && entry.parameter.size(0) == entry.parameter.size(1)).parameter.Should()
                .BeIdenticalTo(first);
        first.std().item<float>().Should().BeInRange(0.005f, 0.03f);
        network.named_parameters().Where(entry => entry.parameter.dim() == 1 && entry.name.EndsWith("bias", StringComparison.Ordinal))
            .Where(entry => entry.parameter.ne(0).any().item<bool>()).Should().BeEmpty();
        network.named_parameters().Where(entry => entry.parameter.dim() == 1 && entry.name.EndsWith("weight", StringComparison.Ordinal))
            .Should().OnlyContain(entry => entry.parameter.eq(1).all().item<bool>());
        network.WordEmbeddings.Weight[golden.Model.Family == Roberta.Family ? 1 : 0].eq(0).all().item<bool>().Should()
            .BeTrue("padding starts at zero");
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Parameters_and_tables_move_with_the_network(string path)
    {
        using var golden = GoldenText.Open(path);
        using var _ = no_grad();
        using var head = golden.Head(golden.Model.Family.LanguageModelHead(golden.Model.Configuration), 100);
        var single = head.call(golden.Hidden()).Values;
        golden.Model.Network.to(ScalarType.Float64);
        head.to(ScalarType.Float64);
        var twice = head.call(golden.Hidden()).Values;

        twice.dtype.Should().Be(ScalarType.Float64);
        golden.Real(twice.to(ScalarType.Float32)).Should().BeWithin(1e-4, golden.Real(single));
    }

    [Fact]
    public void What_cannot_be_a_text_is_refused_before_torch_sees_it()
    {
        using var golden = GoldenText.Open("roberta_tiny/model");
        Invoking(full([1, 3], 100, ScalarType.Int64)).Should().Throw<ArgumentException>().WithMessage("*token id 100*0..99*tokenizer*");
        Invoking(full([1, 3], -1, ScalarType.Int64)).Should().Throw<ArgumentException>().WithMessage("*token id -1*");
        Invoking(full([1, 39], 5, ScalarType.Int64)).Should().Throw<ArgumentException>().WithMessage("*39 tokens*1 to 38*");
        Invoking(zeros([1, 0], ScalarType.Int64)).Should().Throw<ArgumentException>().WithMessage("*0 tokens*");
        Invoking(zeros([1, 3])).Should().Throw<ArgumentException>().WithMessage("*[N, T] int64*Float32*[1, 3]*");
        golden.Model.Network.call(new TensorSet(full([1, 38], 5, ScalarType.Int64))).shape.Should().Equal(1, 38, 32);

        using var bert = GoldenText.Open("bert_tiny/model");
        bert.Model.Network.Invoking(
            network => network.call(new TensorSet(zeros([1, 3], ScalarType.Int64)).With(TensorNames.Segments, full([1, 3], 2, ScalarType.Int64))))
            .Should().Throw<ArgumentException>().WithMessage("*segment 2*0..1*");

        Action Invoking(Tensor ids) => () => golden.Model.Network.call(new TensorSet(ids));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Segments_say_nothing_to_a_network_with_one_kind_of_token_or_none(int kinds)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var network = TextModel.Build("tiny", TinyFolder.Configuration("roberta_tiny", ("type_vocab_size", kinds))).Network;
        network.Initialize(_ => true);
        network.eval();
        var ids = full([1, 3], 5, ScalarType.Int64);
        network.call(new TensorSet(ids).With(TensorNames.Segments, ones([1, 3], ScalarType.Int64))).Should()
            .BeIdenticalTo(network.call(new TensorSet(ids)));
        network.named_parameters().Count(entry => entry.name.Contains("token_type")).Should().Be(kinds);
    }

    [Fact]
    public void A_network_outlives_the_scope_it_is_built_in_and_a_call_leaves_only_its_result()
    {
        TextModel model;
        using (NewDisposeScope())
            model = TextModel.Build(
                "tiny", new TextConfiguration(GoldenCase.Open("text/modernbert_tiny/model").Json.GetProperty("config"), "config.json"));
        using var network = model.Network;
        network.Initialize(_ => true);
        network.eval();
        using var _ = no_grad();
        using var ids = ones([2, 20], ScalarType.Int64);
        using var mask = ones([2, 20], ScalarType.Bool);
        // What follows from the length alone is kept.
        network.call(new TensorSet(ids, mask)).Dispose();
        var before = LiveTensors.Count();
        network.call(new TensorSet(ids, mask)).Dispose();
        (Tensor.TotalCount - before).Should().Be(0);
    }
}
