namespace TransferLearning.Text;

/// <summary>Turns tokens into parts of a text; put together they are the text.</summary>
internal interface IDecoder
{
    IReadOnlyList<string> Decode(IReadOnlyList<string> tokens);
}
