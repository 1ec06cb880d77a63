namespace TransferLearning.Text;

/// <summary>Changes a text before it is cut into words.</summary>
internal interface INormalizer
{
    void Normalize(AlignedText text);
}
