using Google.Protobuf;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>
/// EfficientNet-Lite0 with its classifier as an ONNX file: the same weights, with the batch norms taken into the convolutions.
/// </summary>
internal sealed class OnnxEfficientNetLite0
{
    public const string Input = "images", Output = "logits";

    private const int Float = 1, IntType = 2, IntsType = 7, Opset = 13, FormatVersion = 8;
    private const double BatchNormEpsilon = 1e-3;
    private static readonly int[] Strides = [1, 2, 2, 2, 1, 2, 1];

    private readonly Dictionary<string, Tensor> _weights;
    private readonly ProtocolMessage _graph = new();
    private int _values;

    private OnnxEfficientNetLite0(VisionBackbone backbone) => _weights = backbone.Module.state_dict();

    public static void Write(VisionBackbone backbone, string path)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var writer = new OnnxEfficientNetLite0(backbone);
        writer.Network();
        var operations = new ProtocolMessage().Text(1, "").Number(2, Opset);
        new ProtocolMessage().Number(1, FormatVersion).Message(7, writer._graph).Message(8, operations).Save(path);
    }

    private void Network()
    {
        Constant("zero", tensor(0f));
        Constant("six", tensor(6f));
        var x = Convolution(Input, "conv_stem", "bn1", stride: 2, isLimited: true);
        for (var stage = 0; stage < Strides.Length; stage++)
            for (var block = 0; _weights.ContainsKey($"blocks.{stage}.{block}.conv_dw.weight"); block++)
                x = Block(x, $"blocks.{stage}.{block}", block == 0 ? Strides[stage] : 1);
        x = Node("GlobalAveragePool", [Convolution(x, "conv_head", "bn2", 1, isLimited: true)]);
        Constant("classifier.weight", _weights["classifier.weight"]);
        Constant("classifier.bias", _weights["classifier.bias"]);
        Node("Gemm", [Node("Flatten", [x]), "classifier.weight", "classifier.bias"], Output, Attribute("transB", 1));
        _graph.Text(2, "efficientnet_lite0").Message(11, Value(Input, 3, 224, 224)).Message(12, Value(Output, 1000));
    }

    private string Block(string x, string name, int stride)
    {
        // The first stage has no expansion; its pointwise convolution is the projection.
        var isExpanded = _weights.ContainsKey($"{name}.conv_pwl.weight");
        var y = isExpanded ? Convolution(x, $"{name}.conv_pw", $"{name}.bn1", 1, isLimited: true) : x;
        y = Convolution(y, $"{name}.conv_dw", isExpanded ? $"{name}.bn2" : $"{name}.bn1", stride, isLimited: true);
        var (projection, norm) = isExpanded ? ($"{name}.conv_pwl", $"{name}.bn3") : ($"{name}.conv_pw", $"{name}.bn2");
        y = Convolution(y, projection, norm, 1, isLimited: false);
        var entry = _weights[isExpanded ? $"{name}.conv_pw.weight" : $"{name}.conv_dw.weight"].shape[isExpanded ? 1 : 0];
        return stride == 1 && entry == _weights[$"{projection}.weight"].shape[0] ? Node("Add", [x, y]) : y;
    }

    private string Convolution(string x, string name, string norm, int stride, bool isLimited)
    {
        var weight = _weights[$"{name}.weight"];
        var scale = _weights[$"{norm}.weight"] / (_weights[$"{norm}.running_var"] + BatchNormEpsilon).sqrt();
        Constant($"{name}.weight", weight * scale.reshape(-1, 1, 1, 1));
        Constant($"{name}.bias", _weights[$"{norm}.bias"] - _weights[$"{norm}.running_mean"] * scale);
        var (kernel, groups) = (weight.shape[2], name.EndsWith("conv_dw", StringComparison.Ordinal) ? weight.shape[0] : 1);
        // TensorFlow's padding of maps with an even size: what is odd of it follows the map.
        var (before, after) = ((kernel - stride) / 2, (kernel - stride + 1) / 2);
        var y = Node("Conv", [x, $"{name}.weight", $"{name}.bias"], null, Attribute("kernel_shape", [kernel, kernel]),
            Attribute("strides", [stride, stride]), Attribute("pads", [before, before, after, after]), Attribute("group", groups));
        return isLimited ? Node("Clip", [y, "zero", "six"]) : y;
    }

    private string Node(string operation, string[] inputs, string? output = null, params ProtocolMessage[] attributes)
    {
        output ??= $"value{_values++}";
        var node = new ProtocolMessage();
        foreach (var input in inputs) node.Text(1, input);
        node.Text(2, output).Text(4, operation);
        foreach (var attribute in attributes) node.Message(5, attribute);
        _graph.Message(1, node);
        return output;
    }

    private void Constant(string name, Tensor values)
    {
        var constant = new ProtocolMessage();
        foreach (var size in values.shape) constant.Number(1, size);
        _graph.Message(5, constant.Number(2, Float).Text(8, name).Bytes(9, values.contiguous().bytes));
    }

    private static ProtocolMessage Attribute(string name, long value) =>
        new ProtocolMessage().Text(1, name).Number(3, value).Number(20, IntType);

    private static ProtocolMessage Attribute(string name, long[] values)
    {
        var attribute = new ProtocolMessage().Text(1, name);
        foreach (var value in values) attribute.Number(8, value);
        return attribute.Number(20, IntsType);
    }

    /// <summary>A batch of any size.</summary>
    private static ProtocolMessage Value(string name, params int[] sizes)
    {
        var shape = new ProtocolMessage().Message(1, new ProtocolMessage().Text(2, "N"));
        foreach (var size in sizes) shape.Message(1, new ProtocolMessage().Number(1, size));
        var tensor = new ProtocolMessage().Number(1, Float).Message(2, shape);
        return new ProtocolMessage().Text(1, name).Message(2, new ProtocolMessage().Message(1, tensor));
    }

    /// <summary>A protocol-buffers message that is written field by field.</summary>
    private sealed class ProtocolMessage
    {
        private readonly MemoryStream _stream = new();

        public ProtocolMessage Number(int field, long value) =>
            Write(field, WireFormat.WireType.Varint, output => output.WriteInt64(value));

        public ProtocolMessage Text(int field, string value) =>
            Write(field, WireFormat.WireType.LengthDelimited, output => output.WriteString(value));

        public ProtocolMessage Bytes(int field, ReadOnlySpan<byte> value)
        {
            var bytes = ByteString.CopyFrom(value);
            return Write(field, WireFormat.WireType.LengthDelimited, output => output.WriteBytes(bytes));
        }

        public ProtocolMessage Message(int field, ProtocolMessage value) => Bytes(field, value._stream.ToArray());

        public void Save(string path) => File.WriteAllBytes(path, _stream.ToArray());

        private ProtocolMessage Write(int field, WireFormat.WireType type, Action<CodedOutputStream> value)
        {
            using var output = new CodedOutputStream(_stream, leaveOpen: true);
            output.WriteTag(field, type);
            value(output);
            return this;
        }
    }
}
