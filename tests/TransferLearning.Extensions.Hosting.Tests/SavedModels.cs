using TransferLearning.TestKit;
using TransferLearning.Text;
using TransferLearning.Vision;

namespace TransferLearning.Extensions.Hosting.Tests;

/// <summary>Saved models whose untrained heads find all of their classes equally likely.</summary>
internal static class SavedModels
{
    public static string Image(TemporaryFolder folder, string name, params string[] labels)
    {
        using var backbone = VisionBackbones.Load("efficientnet_lite0");
        return Save(backbone, folder, name, labels);
    }

    public static string Text(TemporaryFolder folder, string name, params string[] labels)
    {
        using var backbone = TextBackbones.Load("all_minilm_l6_v2");
        return Save(backbone, folder, name, labels);
    }

    private static string Save(IPretrainedBackbone backbone, TemporaryFolder folder, string name, string[] labels)
    {
        using var model = backbone.WithHead(new LinearHead(labels) { Seed = 1 });
        model.Save(folder.File(name));
        return folder.File(name);
    }
}
