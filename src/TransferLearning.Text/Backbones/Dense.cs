using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>
/// A linear layer with torch's names. Unlike torch's its weights hold whatever the memory held, until they are loaded or
/// <see cref="Initialization"/> draws them: so a network into which weights are loaded does not draw them twice.
/// </summary>
internal sealed class Dense : Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter? bias;

    public Dense(long inputs, long outputs, bool hasBias = true) : base(nameof(Dense))
    {
        weight = Initialization.Blank(outputs, inputs);
        bias = hasBias ? Initialization.Blank(outputs) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => functional.linear(input, weight, bias);
}
