using TransferLearning.TestKit;
using TransferLearning.Tests.Adapters;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>Fine-tuning of a whole BERT as transformers does it: warm-up, linear decay, a rate for each layer, clipping.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class BertLoopTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("training/loop_bert");

    [Fact]
    public void Losses_and_logits_are_the_references()
    {
        set_num_threads(1);
        using var model = TinyBert.Model();
        List<float> losses = [];
        var options = new TrainerOptions
        {
            Epochs = 5, BatchSize = 8, Sampler = new SequentialSampler(), Optimizer = new AdamW(5e-3, 0.01), ClipGradientNorm = 1, Device = CPU,
        };

        new Trainer(
            options, new LinearDecay(warmup: 0.2), new DiscriminativeLearningRates(head: 1, decay: 0.9),
            new Hook { OnStepDone = step => losses.Add(step.Loss.item<float>()) }).Fit(model, new BertBatches());

        var tolerance = Golden.Json.GetProperty("tolerance");
        foreach (var (loss, expected) in losses.Zip(Golden.Json.GetProperty("losses").Numbers(), (a, b) => (a, b)))
            ((double)loss).Should().BeApproximately(expected, tolerance.GetProperty("losses").GetDouble());
        losses.Should().HaveCount(20);
        using var batch = new BertBatches().Load([.. Enumerable.Range(0, 8)], default);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        model.Forward(batch.Input).Values.Should().BeWithin(
            tolerance.GetProperty("eval_logits").GetDouble(), Golden.Json.GetProperty("eval_logits").Floats());
    }
}
