using TransferLearning.Text;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>A training step of BERT-base with AdamW, 8 texts of 128 tokens, against the machine's peak and PyTorch.</summary>
internal static class BertStep
{
    private const int Texts = 8, Tokens = 128, Width = 768, Layers = 12;

    // Forward: four projections and two layers of four times the width, then the products of attention; backward twice as many.
    private const double Operations = 3 * 2.0 * Layers * Texts * Tokens * (12.0 * Width * Width + 2.0 * Tokens * Width);

    public static int Run()
    {
        manual_seed(0);
        using var backbone = TextBackbones.Create("bert-base-uncased");
        using var model = backbone.WithHead(new LinearHead(["no", "yes"]));
        using var ids = randint(30522, [Texts, Tokens], ScalarType.Int64);
        using var labels = randint(2, [Texts], ScalarType.Int64);
        using var optimizer = new AdamW(2e-5).Create();
        ParameterGroup[] groups = [
            new([.. backbone.Module.parameters(), .. model.Head.parameters()]) { LearningRate = 2e-5, WeightDecay = 0.01 }];
        ((nn.Module)backbone.Module).train();

        var peak = Peak.Measure();
        Times.InTurns(10, ("BERT-base step", Step))[0].ShareOf(peak, Operations);
        using var python = PeerProcess.Python("bert", $"{Texts}", $"{Tokens}");
        if (python is not null) Times.InTurns(5, ("BERT-base step", () => Times.Wall(Step)), ("PyTorch 1.13", python.Round));
        return 0;

        void Step()
        {
            using var scope = NewDisposeScope();
            foreach (var parameter in groups[0].Parameters) parameter.grad = null;
            var loss = nn.functional.cross_entropy(model.Forward(ids).Values, labels);
            loss.backward();
            optimizer.Step(groups);
            _ = loss.item<float>();
        }
    }
}
