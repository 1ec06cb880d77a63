using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Strategies;

[NoTensorLeaks(MakesModels = true)]
public sealed class DiscriminativeLearningRatesTests
{
    [Fact]
    public void The_head_learns_faster_and_groups_near_the_input_slower()
    {
        double[] factors = [];
        using var experiment = new Experiment();
        experiment.Fit(Experiment.Options, new DiscriminativeLearningRates(head: 5, decay: 0.5), new Hook
        {
            OnEpoch = session => factors = [.. session.BackboneGroups.Append(session.Head).Select(group => group.LearningRateFactor)],
        });
        factors.Should().Equal(0.5, 1, 5);
    }

    [Fact]
    public void Each_layer_has_the_rate_of_ULMFiT()
    {
        var golden = GoldenCase.Open("training/schedules").Case("discriminative");
        var options = golden.GetProperty("options");
        double[] factors = [];
        using var data = zeros(2, 2);
        var layers = Enumerable.Range(1, 4).Select(i => ($"layer{i}", (nn.Module<Tensor, Tensor>)nn.Linear(2, 2))).ToArray();
        using var model = new ModuleBackbone("layers", nn.Sequential(layers), 2, layers).WithHead(
            new LinearHead(["a", "b"]), ownsBackbone: true);
        new Trainer(
            new TrainerOptions { Epochs = 1, BatchSize = 2, Device = CPU },
            new DiscriminativeLearningRates(decay: 1 / options.GetProperty("factor").GetDouble()),
            new Hook { OnEpoch = session => factors = [.. session.BackboneGroups.Select(group => group.LearningRateFactor)] })
            .Fit(model, new TensorDataset(data, [0, 1], ["a", "b"]));

        var rates = factors.Select(factor => factor * options.GetProperty("lr").GetDouble());
        rates.Zip(golden.GetProperty("values")[0].Numbers()).Should().HaveCount(4).And.OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-12);
    }

    [Fact]
    public void A_factor_of_the_head_scales_its_first_step()
    {
        float[] Bias(params IFineTuneStrategy[] strategies)
        {
            using var experiment = new Experiment(train: 8, validation: 4);
            experiment.Fit(Experiment.Options with { Epochs = 1, BatchSize = 8 }, strategies);
            return [.. experiment.Model.Head.get_parameter("bias")!.data<float>()];
        }
        Bias(new DiscriminativeLearningRates(head: 4)).Zip(Bias()).Should()
            .OnlyContain(pair => Math.Abs(pair.First - 4 * pair.Second) < 1e-7);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(10, 0)]
    [InlineData(10, 1.5)]
    public void Factors_out_of_range_are_refused(double head, double decay)
    {
        var create = () => new DiscriminativeLearningRates(head, decay);
        create.Should().Throw<ArgumentOutOfRangeException>();
    }
}
