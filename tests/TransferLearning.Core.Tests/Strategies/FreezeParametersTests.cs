using TransferLearning.TestKit;
using TransferLearning.Tests.Adapters;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Strategies;

[NoTensorLeaks(MakesModels = true)]
public sealed class FreezeParametersTests
{
    [Fact]
    public void What_the_condition_is_true_of_stays_and_all_else_is_trained()
    {
        using var scope = NewDisposeScope();
        using var model = TinyBert.Model();
        var before = State(model);
        new Trainer(
            new() { Epochs = 1, BatchSize = 8, Device = CPU }, new FreezeParameters(parameter => parameter.Name.Contains(".attention.", StringComparison.Ordinal), "attention")).Fit(model, new BertBatches());
        foreach (var (name, bytes) in State(model))
            bytes.SequenceEqual(before[name]).Should().Be(name.Contains(".attention.", StringComparison.Ordinal), name);
    }

    [Fact]
    public void BitFit_trains_biases_and_head_and_wants_a_bias()
    {
        using var scope = NewDisposeScope();
        using var model = TinyBert.Model();
        var before = State(model);
        new Trainer(new() { Epochs = 1, BatchSize = 8, Device = CPU }, new BitFit()).Fit(model, new BertBatches());
        foreach (var (name, bytes) in State(model))
            bytes.SequenceEqual(before[name]).Should().Be(!name.EndsWith(".bias", StringComparison.Ordinal), name);

        using var plain = new ModuleBackbone(
            "plain", nn.Sequential(("dense", nn.Linear(12, 4, hasBias: false))), 4).WithHead(
                new LinearHead(["a", "b", "c"]), ownsBackbone: true);
        new Trainer(new() { Device = CPU }, new BitFit()).Invoking(trainer => trainer.Fit(plain, new BertBatches())).Should()
            .Throw<ArgumentException>().WithMessage("'plain' has no biases to train*");
    }

    [Fact]
    public void A_condition_without_a_description_is_refused()
    {
        var make = () => new FreezeParameters(_ => true, " ");
        make.Should().Throw<ArgumentException>().WithMessage("*in a few words*");
    }

    private static Dictionary<string, byte[]> State(TransferModel model) =>
        model.Backbone.Module.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.bytes.ToArray());
}
