using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Heads;

public sealed class ConcatPoolingHeadTests
{
    private static readonly string[] Labels = ["a", "b"];

    [Fact]
    public void Its_layers_are_those_of_fastai()
    {
        using var head = new ConcatPoolingHead(Labels, hidden: 5, dropout: 0.4).Build(8);
        head.modules().Where(module => !module.children().Any()).Select(module => module.GetName()).Should()
            .Equal("BatchNorm1d", "Dropout", "HeadLayer", "ReLU", "BatchNorm1d", "Dropout", "HeadLayer");
        head.modules().OfType<Dropout>().Select(dropout => dropout.Probability).Should().Equal(0.2, 0.4);
        head.named_parameters().Select(parameter => $"{parameter.name} [{string.Join(", ", parameter.parameter.shape)}]").Should().Equal(
            "layers.0.weight [16]", "layers.0.bias [16]", "layers.2.weight [5, 16]", "layers.4.weight [5]", "layers.4.bias [5]",
            "layers.6.weight [2, 5]");
    }

    [Fact]
    public void It_computes_what_is_computed_by_hand()
    {
        using var scope = NewDisposeScope();
        using var head = new ConcatPoolingHead(Labels, hidden: 2).Build(1);
        using (no_grad())
        {
            head.get_parameter("layers.2.weight")!.copy_(tensor([1f, 2, -1, 0], [2, 2]));
            head.get_parameter("layers.6.weight")!.copy_(tensor([3f, 1, 0, 1], [2, 2]));
        }
        head.eval();
        // Running statistics of mean 0 and variance 1 leave the values, but for their epsilon.
        head.call(tensor([2f, 4], [1, 2])).Values.Should().BeWithin(1e-3, [30, 0]);
    }

    [Fact]
    [NoTensorLeaks(MakesModels = true)]
    public void It_learns_mean_and_maximum_of_a_map()
    {
        using var experiment = new Experiment(head: new ConcatPoolingHead(Experiment.Classes, hidden: 16, dropout: 0));
        var report = experiment.Fit(Experiment.Options with { Epochs = 10, Optimizer = new AdamW(1e-2) }, new FreezeBackbone());
        report.Epochs[^1].TrainLoss.Should().BeLessThan(report.Epochs[0].TrainLoss / 2);
    }

    [Fact]
    public void What_makes_no_head_is_named()
    {
        var narrow = () => new ConcatPoolingHead(Labels, hidden: 0);
        narrow.Should().Throw<ArgumentException>().WithMessage("*hidden*");
        var dropped = () => new ConcatPoolingHead(Labels, dropout: 1);
        dropped.Should().Throw<ArgumentException>().WithMessage("*dropped*");
    }
}
