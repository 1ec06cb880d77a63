// snippet: load-text-from-package
using TransferLearning.Text;
// end-snippet

namespace Snippets;

internal static class LoadTextFromPackage
{
    public static void Run()
    {
        // snippet: load-text-from-package
        using var backbone = TextBackbones.Load("all_minilm_l6_v2");
        // end-snippet
    }
}
