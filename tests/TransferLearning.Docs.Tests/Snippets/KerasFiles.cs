using TransferLearning;
using TransferLearning.Weights.Keras;
using static TorchSharp.torch;

namespace Snippets;

internal static class KerasFiles
{
    public static void Backbone()
    {
        // snippet: keras-backbone
        using var backbone = KerasBackbones.Load("vgg16", "vgg16_weights_tf_dim_ordering_tf_kernels.h5");
        // end-snippet
    }

    public static LoadReport LoadModule(nn.Module network, string path)
    {
        // snippet: keras-module
        using var file = KerasWeights.Open(path, new KerasOptions
        {
            Flattened = new Dictionary<string, (int Rows, int Columns)> { ["dense"] = (4, 4) },
        });
        LoadReport report = WeightLoader.Load(network, file);
        // end-snippet
        return report;
    }

    public static void Convert()
    {
        // snippet: keras-convert
        KerasWeights.Convert("model.keras", "model.safetensors");
        // end-snippet
    }
}
