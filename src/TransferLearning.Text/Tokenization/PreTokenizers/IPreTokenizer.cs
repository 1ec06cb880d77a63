namespace TransferLearning.Text;

/// <summary>Cuts a text into the words that the model takes one at a time, and may change the text on the way.</summary>
internal interface IPreTokenizer
{
    void Split(AlignedText text, WordList words);
}
