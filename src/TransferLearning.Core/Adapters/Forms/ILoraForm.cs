using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>How a kind of layer computes with its weight, as far as LoRA has to know it.</summary>
internal interface ILoraForm
{
    /// <summary>Shapes of A and B.</summary>
    (long[] A, long[] B) Shapes(int rank);

    /// <summary>Whether A starts at zero and B at random, and not the other way round.</summary>
    bool StartsWithB => false;

    /// <summary>Names of A and B in peft's files.</summary>
    (string A, string B) PeftNames => ("lora_A.weight", "lora_B.weight");

    /// <summary>B A x: what is added to the layer's output, before it is scaled. The result belongs to the current dispose scope.</summary>
    Tensor Apply(Tensor input, Tensor a, Tensor b);

    /// <summary>
    /// B A in the shape of the layer's weight: what is added to that instead. The result belongs to the current dispose scope.
    /// </summary>
    Tensor Weight(Tensor a, Tensor b);
}
