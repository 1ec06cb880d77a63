using System.Text.Json;
using TorchSharp;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests;

/// <summary>
/// A network case of tests/golden/text: the network that its configuration describes, with formula weights, and its input.
/// </summary>
internal sealed class GoldenText : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    private GoldenText(string path)
    {
        Golden = GoldenCase.Open($"text/{path}");
        Model = TextModel.Build("golden", new TextConfiguration(Golden.Json.GetProperty("config"), path));
        Fill(Model.Network);
        Model.Network.eval();
    }

    public GoldenCase Golden { get; }

    public TextModel Model { get; }

    public double Tolerance => Golden.Tolerance;

    public JsonElement Output => Golden.Json.GetProperty("output");

    /// <summary>Ids, mask and segments as the case gives them.</summary>
    public TensorSet Input =>
        new TensorSet(Ids("input_ids")!, Ids("attention_mask")?.to_type(ScalarType.Bool)).With(TensorNames.Segments, Ids("token_type_ids"));

    /// <summary>Integers <c>[N, T]</c> of the input; null where the case has none of that name.</summary>
    public Tensor? Ids(string name) => Golden.Json.GetProperty("input").TryGetProperty(name, out var rows)
        ? stack(rows.EnumerateArray().Select(row => tensor(row.EnumerateArray().Select(id => id.GetInt64()).ToArray())))
        : null;

    public static GoldenText Open(string path) => new(path);

    /// <summary>Numbers that the case holds inline, row by row.</summary>
    public float[] Inline(string name) => Flatten(Output.GetProperty(name)).ToArray();

    /// <summary>A head with formula weights.</summary>
    public EncoderHead Head(HeadLayout layout, int outputs)
    {
        var head = new EncoderHead(layout, Model.Network, outputs);
        Fill(head);
        head.eval();
        return head;
    }

    /// <summary>Hidden states of the whole network, as heads read them.</summary>
    public TensorSet Hidden()
    {
        var input = Input;
        return new TensorSet(Model.Network.call(input), input.Mask);
    }

    /// <summary>Hidden states where tokens are real; elsewhere they mean nothing.</summary>
    public Tensor Real(Tensor tokens) => Input.Mask is { } mask ? tokens[mask] : tokens;

    /// <summary>A tensor of the case, of that shape, where tokens are real.</summary>
    public Tensor Expected(string name, params long[] shape) => Real(tensor(Golden.Tensor(name), shape));

    public void Dispose()
    {
        Model.Network.Dispose();
        _scope.Dispose();
    }

    /// <summary>Values follow from the names of the whole model: with the network's prefix, where the listing has it.</summary>
    private void Fill(nn.Module module)
    {
        using var _ = no_grad();
        var listing = Golden.Json.GetProperty("parameters").EnumerateArray().Select(parameter => parameter[0].GetString()!).ToHashSet();
        foreach (var (name, parameter) in module.named_parameters())
        {
            var full = $"{Model.Family.Prefix}.{name}";
            using var value = Formula.Weight(listing.Contains(full) ? full : name, parameter.shape, Golden.Gain);
            parameter.copy_(value);
        }
    }

    private static IEnumerable<float> Flatten(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? element.EnumerateArray().SelectMany(Flatten)
        : [element.GetSingle()];
}
