// snippet: tokenizer
using TransferLearning.Tokenizers;
// end-snippet

namespace Snippets;

internal static class Tokenizers
{
    public static void Text()
    {
        // snippet: tokenizer
        var tokenizer = Tokenizer.Open("models/my-bert");                   // a file, or a folder that holds one
        TextEncoding encoding = tokenizer.Encode("Where is my card?");
        int[] ids = encoding.Ids;
        string text = tokenizer.Decode(ids);
        // end-snippet
    }

    public static void Batch(Tokenizer tokenizer, IReadOnlyList<string> texts)
    {
        // snippet: tokenizer-batch
        var options = new EncodingOptions { MaxLength = 128 };
        var encodings = texts.AsParallel().AsOrdered().Select(text => tokenizer.Encode(text, options: options)).ToList();
        var longest = encodings.Max(encoding => encoding.Length);
        var batch = encodings.Select(encoding => encoding.Pad(longest)).ToList(); // Ids, Mask and Segments of one length
        // end-snippet
    }

    public static void Windows(Tokenizer tokenizer, string question, string document)
    {
        // snippet: tokenizer-windows
        var options = new EncodingOptions { MaxLength = 384, Stride = 128, Truncation = TruncationStrategy.OnlySecond };
        var first = tokenizer.Encode(question, document, options);
        foreach (var window in first.Overflow.Prepend(first)) Console.WriteLine(string.Join(' ', window.Tokens));
        // end-snippet
    }
}
