// snippet: load-from-package
using TransferLearning.Vision;
// end-snippet

namespace Snippets;

internal static class LoadFromPackage
{
    public static void Run()
    {
        // snippet: load-from-package
        using var backbone = VisionBackbones.Load("efficientnet_lite0");
        // end-snippet
    }
}
