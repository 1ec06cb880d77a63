using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A and B of one layer, and the dropout before A.</summary>
internal sealed class LoraMatrices : nn.Module
{
    private readonly Parameter A;
    private readonly Parameter B;
    private readonly Dropout dropout;

    /// <summary>A as torch draws a layer's weight (He et al., 2015, with a = sqrt 5) and B zero; of an embedding A zero and B normal: at first they change nothing.</summary>
    public LoraMatrices(ILoraForm form, int rank, double dropout, Tensor like, Generator generator) : base(nameof(LoraMatrices))
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Form = form;
        var (shapeOfA, shapeOfB) = form.Shapes(rank);
        var (a, b) = (zeros(shapeOfA), zeros(shapeOfB));
        if (form.StartsWithB) b.normal_(0, 1, generator);
        else if (Math.Sqrt((double)rank / a.numel()) is var bound) a.uniform_(-bound, bound, generator);
        A = (Parameter)nn.Parameter(a.to(like.dtype).to(like.device)).DetachFromDisposeScope();
        B = (Parameter)nn.Parameter(b.to(like.dtype).to(like.device)).DetachFromDisposeScope();
        this.dropout = new Dropout(dropout);
        RegisterComponents();
        // Whoever attaches it to predict is not to see its dropout; training turns it on.
        eval();
    }

    /// <summary>How the layer computes with its weight.</summary>
    public ILoraForm Form { get; }

    /// <summary>B A x, before it is scaled. The result belongs to the current dispose scope.</summary>
    public Tensor Apply(Tensor input)
    {
        // Ids cannot be dropped.
        if (input.is_floating_point()) input = dropout.call(input);
        return Form.Apply(input, A, B);
    }

    /// <summary>B A in float32, before it is scaled. The result belongs to the current dispose scope.</summary>
    public Tensor Weight() => Form.Weight(A.to(ScalarType.Float32), B.to(ScalarType.Float32));

    /// <summary>A and B under their names in peft's files.</summary>
    public IEnumerable<(string Name, Tensor Value)> ForPeft => [(Form.PeftNames.A, A), (Form.PeftNames.B, B)];
}
