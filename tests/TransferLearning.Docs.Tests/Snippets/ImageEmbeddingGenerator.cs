// snippet: image-generator
using Microsoft.Extensions.AI;
using TransferLearning.Extensions.AI;
using TransferLearning.Vision;
// end-snippet

namespace Snippets;

internal static class ImageEmbeddingGeneratorSnippet
{
    public static async Task Run(byte[] photo)
    {
        // snippet: image-generator
        using IEmbeddingGenerator<DataContent, Embedding<float>> generator = new ImageEmbeddingGenerator(ImageEncoder.Load());
        var embeddings = await generator.GenerateAsync([new DataContent(photo, "image/jpeg")]);
        // end-snippet
    }
}
