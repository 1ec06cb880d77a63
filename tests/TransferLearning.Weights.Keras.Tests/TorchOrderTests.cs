using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Weights.Keras.Tests;

/// <summary>Names and orders of Keras become those of torch.</summary>
public sealed class TorchOrderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_dense_kernel_is_transposed()
    {
        using var file = Named(("fc", "fc/kernel:0", new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }), ("fc", "fc/bias:0", new float[] { 7, 8, 9 }));
        file.Tensors.Keys.Should().Equal("fc.weight", "fc.bias");
        Values(file, "fc.weight", 3, 2).Should().Equal(1, 4, 2, 5, 3, 6);
        Values(file, "fc.bias", 3).Should().Equal(7, 8, 9);
    }

    [Fact]
    public void A_convolution_convolves_as_in_Keras()
    {
        // Rows, columns, inputs, outputs; each value says where it stands.
        var kernel = Numbers(2, 3, 4, 5);
        using var file = Named(("conv", "conv/kernel:0", kernel));
        using var weight = file.Read("conv.weight");
        weight.shape.Should().Equal(5, 4, 2, 3);
        weight[1, 2, 0, 2].item<float>().Should().Be(((float[,,,])kernel)[0, 2, 2, 1]);
    }

    [Fact]
    public void A_depthwise_kernel_has_an_output_for_each_channel_and_multiplier()
    {
        var kernel = Numbers(3, 2, 4, 2);
        using var file = Named(("conv", "conv/depthwise_kernel:0", kernel));
        using var weight = file.Read("conv.weight");
        weight.shape.Should().Equal(8, 1, 3, 2);
        weight[5, 0, 2, 1].item<float>().Should().Be(((float[,,,])kernel)[2, 1, 2, 1]);
    }

    [Fact]
    public void A_model_of_Keras_3_says_that_a_kernel_is_depthwise()
    {
        var config = """{"class_name": "Sequential", "config": {"layers": [{"class_name": "DepthwiseConv2D", "config": {"name": "conv", "gain": NaN} }]} }""";
        KerasWriter.Named(_folder.File("keras3.h5"), [("conv", "sequential/conv/kernel", Numbers(3, 3, 4, 1))], config);
        using var file = KerasWeights.Open(_folder.File("keras3.h5"));
        file.Tensors["conv.weight"].Shape.Should().Equal(4, 1, 3, 3);
    }

    [Fact]
    public void A_separable_convolution_has_two_weights()
    {
        using var file = Named(
            ("conv", "conv/depthwise_kernel:0", Numbers(3, 3, 4, 1)), ("conv", "conv/pointwise_kernel:0", Numbers(1, 1, 4, 6)),
            ("conv", "conv/bias:0", new float[6]));
        file.Tensors.Select(tensor => tensor.ToString()).Should().Equal(
            "[conv.depthwise.weight, F32 [4, 1, 3, 3]]", "[conv.pointwise.weight, F32 [6, 4, 1, 1]]", "[conv.bias, F32 [6]]");
    }

    [Fact]
    public void Norms_and_embeddings_are_renamed()
    {
        using var file = Named(
            ("bn", "bn/gamma:0", new float[] { 1 }), ("bn", "bn/beta:0", new float[] { 2 }),
            ("bn", "bn/moving_mean:0", new float[] { 3 }), ("bn", "bn/moving_variance:0", new float[] { 4 }),
            ("words", "words/embeddings:0", Numbers(5, 2)));
        file.Tensors.Keys.Should().Equal("bn.weight", "bn.bias", "bn.running_mean", "bn.running_var", "words.weight");
        Values(file, "bn.running_var", 1).Should().Equal(4);
        Values(file, "words.weight", 5, 2).Should().BeInAscendingOrder();
    }

    [Fact]
    public void Recurrent_and_unknown_weights_keep_name_and_order()
    {
        using var file = Named(
            ("lstm", "lstm/lstm_cell/kernel:0", Numbers(2, 8)), ("lstm", "lstm/lstm_cell/recurrent_kernel:0", Numbers(2, 8)),
            ("lstm", "lstm/lstm_cell/bias:0", new float[8]), ("own", "own/scale:0", Numbers(2, 3)),
            ("attention", "attention/query/kernel:0", Numbers(4, 2, 3)));
        file.Tensors.Select(tensor => tensor.ToString()).Should().Equal(
            "[lstm.lstm_cell.kernel, F32 [2, 8]]", "[lstm.lstm_cell.recurrent_kernel, F32 [2, 8]]", "[lstm.lstm_cell.bias, F32 [8]]",
            "[own.scale, F32 [2, 3]]", "[attention.query.kernel, F32 [4, 2, 3]]");
    }

    [Fact]
    public void Layers_of_a_model_in_a_model_have_its_name_before_theirs()
    {
        using var file = Named(
            ("encoder", "block1/kernel:0", Numbers(2, 3)), ("scoped", "tower/scoped/kernel:0", Numbers(2, 3)), ("old", "tower/old_W:0", Numbers(2, 3)));
        file.Tensors.Keys.Should().Equal("encoder.block1.weight", "scoped.weight", "old.weight");
    }

    [Fact]
    public void Theano_rotates_the_kernels_of_convolutions()
    {
        var weights = new (string, string, Array)[] { ("conv", "conv/kernel", new float[2, 2, 1, 1] { { { { 1 } }, { { 2 } } }, { { { 3 } }, { { 4 } } } }) };
        KerasWriter.Named(_folder.File("theano.h5"), weights, backend: "theano");
        using var file = KerasWeights.Open(_folder.File("theano.h5"));
        Values(file, "conv.weight", 1, 1, 2, 2).Should().Equal(4, 3, 2, 1);
    }

    [Theory]
    [InlineData("tf", new[] { 2, 3, 4, 5 }, new long[] { 5, 4, 2, 3 })]
    [InlineData("th", new[] { 5, 4, 2, 3 }, new long[] { 5, 4, 2, 3 })]
    public void Keras_1_stores_kernels_in_one_of_two_orders(string order, int[] stored, long[] expected)
    {
        var config = $$"""
            {"class_name": "Sequential", "config": [{"class_name": "Convolution2D", "config": {"name": "conv", "dim_ordering": "{{order}}"} }]}
            """;
        KerasWriter.Named(_folder.File("keras1.h5"), [("conv", "conv_W:0", Numbers(stored)), ("conv", "conv_b:0", new float[5])], config);
        using var file = KerasWeights.Open(_folder.File("keras1.h5"));
        file.Tensors["conv.weight"].Shape.Should().Equal(expected);
        file.Tensors.Should().ContainKey("conv.bias");
    }

    [Fact]
    public void Keras_1_convolves_sequences_as_maps_of_one_column()
    {
        var config = """{"class_name": "Sequential", "config": [{"class_name": "Convolution1D", "config": {"name": "conv"} }]}""";
        KerasWriter.Named(_folder.File("keras1.h5"), [("conv", "conv_W:0", Numbers(3, 1, 5, 6))], config);
        using var file = KerasWeights.Open(_folder.File("keras1.h5"));
        using var weight = file.Read("conv.weight");
        weight.shape.Should().Equal(file.Tensors["conv.weight"].Shape).And.Equal(6, 5, 3);
    }

    [Fact]
    public void Without_a_model_the_bias_of_Keras_1_tells_the_order()
    {
        using var file = Named(
            ("block1_conv1", "block1_conv1_W_1:0", Numbers(3, 3, 2, 6)), ("block1_conv1", "block1_conv1_b_1:0", new float[6]),
            ("turned", "turned_W:0", Numbers(6, 2, 3, 3)), ("turned", "turned_b:0", new float[6]));
        file.Tensors["block1_conv1.weight"].Shape.Should().Equal(6, 2, 3, 3);
        file.Tensors["turned.weight"].Shape.Should().Equal(6, 2, 3, 3);
    }

    [Fact]
    public void A_dense_layer_after_Flatten_reads_the_map_channel_by_channel()
    {
        using var scope = NewDisposeScope();
        var map = arange(2 * 3 * 4, ScalarType.Float32).view(2, 3, 4);                       // Rows, columns, channels.
        var kernel = Numbers(24, 5);
        KerasWriter.Named(_folder.File("flat.h5"), [("fc", "fc/kernel:0", kernel)]);
        using var file = KerasWeights.Open(_folder.File("flat.h5"), new KerasOptions { Flattened = new Dictionary<string, (int, int)> { ["fc"] = (2, 3) } });

        var expected = map.view(1, 24).matmul(tensor((float[,])kernel));
        var actual = map.permute(2, 0, 1).reshape(1, 24).matmul(file.Read("fc.weight").t());

        actual.Should().BeWithin(1e-3, expected.data<float>().ToArray());
    }

    [Fact]
    public void A_convolution_of_blue_green_red_becomes_one_of_red_green_blue()
    {
        KerasWriter.Named(_folder.File("bgr.h5"), [("conv", "conv/kernel:0", new float[1, 1, 3, 1] { { { { 1 }, { 2 }, { 3 } } } })]);
        using var file = KerasWeights.Open(_folder.File("bgr.h5"), new KerasOptions { BlueFirst = ["conv"] });
        Values(file, "conv.weight", 1, 3, 1, 1).Should().Equal(3, 2, 1);
    }

    [Fact]
    public void Options_name_layers_that_are_there_and_fit()
    {
        KerasWriter.Named(_folder.File("a.h5"), [("fc", "fc/kernel:0", Numbers(24, 5))]);
        var absent = () => KerasWeights.Open(_folder.File("a.h5"), new KerasOptions { BlueFirst = ["conv1"] });
        absent.Should().Throw<ArgumentException>().WithMessage("*no layer 'conv1'*");
        var wrong = () => KerasWeights.Open(_folder.File("a.h5"), new KerasOptions { Flattened = new Dictionary<string, (int, int)> { ["fc"] = (5, 5) } });
        wrong.Should().Throw<WeightFormatException>().WithMessage("*fc/kernel:0*5 x 5*");
    }

    [Fact]
    public void A_converted_file_holds_the_same()
    {
        using var scope = NewDisposeScope();
        KerasWriter.Named(_folder.File("a.h5"), [("conv", "conv/kernel:0", Numbers(2, 3, 4, 5)), ("conv", "conv/bias:0", new float[] { 1, 2, 3, 4, 5 })]);
        KerasWeights.Convert(_folder.File("a.h5"), _folder.File("a.safetensors"));

        using var keras = KerasWeights.Open(_folder.File("a.h5"));
        using var converted = WeightFile.Open(_folder.File("a.safetensors"));
        converted.Tensors.Keys.Should().BeEquivalentTo(keras.Tensors.Keys);
        foreach (var name in keras.Tensors.Keys) converted.Read(name).eq(keras.Read(name)).all().item<bool>().Should().BeTrue(name);
        converted.Metadata.Should().Contain("keras_version", "2.4.0");
    }

    public void Dispose() => _folder.Dispose();

    private WeightFile Named(params (string, string, Array)[] weights)
    {
        KerasWriter.Named(_folder.File("named.h5"), weights);
        return KerasWeights.Open(_folder.File("named.h5"));
    }

    private static float[] Values(WeightFile file, string name, params long[] shape)
    {
        using var tensor = file.Read(name);
        tensor.shape.Should().Equal(shape);
        return tensor.data<float>().ToArray();
    }

    private static Array Numbers(params int[] shape)
    {
        var array = Array.CreateInstance(typeof(float), shape);
        var numbers = Enumerable.Range(0, array.Length).Select(i => (float)i).ToArray();
        Buffer.BlockCopy(numbers, 0, array, 0, sizeof(float) * numbers.Length);
        return array;
    }
}
