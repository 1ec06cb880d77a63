using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>The layer above the first token that BERT was pretrained with. The network only keeps it: a classification head starts from it.</summary>
internal sealed class BertPooler : Module
{
    private readonly Dense dense;

    public BertPooler(int width) : base(nameof(BertPooler))
    {
        dense = new Dense(width, width);
        RegisterComponents();
    }
}
