// snippet: embedding-generator
using Microsoft.Extensions.AI;
using TransferLearning.Extensions.AI;
using TransferLearning.Text;
// end-snippet

namespace Snippets;

internal static class EmbeddingGenerator
{
    public static async Task Run()
    {
        // snippet: embedding-generator
        using IEmbeddingGenerator<string, Embedding<float>> generator = new SentenceEmbeddingGenerator(SentenceEncoder.Load());
        var embeddings = await generator.GenerateAsync(["Where is my card?", "My card has not arrived."]);
        // end-snippet
    }
}
