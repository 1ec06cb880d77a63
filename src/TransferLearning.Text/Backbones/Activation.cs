using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>An activation function by the name that configurations call it.</summary>
internal sealed class Activation
{
    private static readonly (string[] Names, Func<Tensor, Tensor> Apply)[] Known =
    [
        (["gelu"], functional.gelu),
        // The approximation by tanh; gelu_fast writes the same formula otherwise.
        (["gelu_new", "gelu_pytorch_tanh", "gelu_fast"], x => x.gelu(TorchSharp.Modules.GELU.Approximate.tanh)),
        (["relu"], x => x.relu()),
        (["tanh"], x => x.tanh()),
        (["silu", "swish"], x => functional.silu(x)),
    ];

    private readonly Func<Tensor, Tensor> _apply;

    private Activation(string name) => _apply = Known.First(function => function.Names.Contains(name)).Apply;

    /// <summary>The exact form, by the error function (Hendrycks and Gimpel, "Gaussian error linear units", 2016).</summary>
    public static Activation Gelu { get; } = new("gelu");

    /// <summary>GELU approximated by tanh, as Google's first implementation has it.</summary>
    public static Activation GeluByTanh { get; } = new("gelu_new");

    public static Activation Relu { get; } = new("relu");

    public static Activation Tanh { get; } = new("tanh");

    /// <exception cref="NotSupportedException">The configuration names a function that is not known.</exception>
    public static Activation Read(TextConfiguration json, string field, Activation otherwise) =>
        json.Find(field) is null ? otherwise : new(json.OneOf(field, [.. Known.SelectMany(function => function.Names)]));

    public Tensor Apply(Tensor x) => _apply(x);
}
