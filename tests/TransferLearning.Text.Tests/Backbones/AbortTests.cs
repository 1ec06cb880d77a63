using System.Runtime.InteropServices;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Backbones;

/// <summary>
/// Whatever ids, masks and segments a network is given, the answer is a result or an exception. A native call that ends the process would
/// end this run.
/// </summary>
public class AbortTests
{
    [Theory]
    [InlineData("bert_tiny")]
    [InlineData("distilbert_tiny")]
    [InlineData("roberta_tiny")]
    [InlineData("albert_tiny")]
    [InlineData("deberta_v3_tiny")]
    [InlineData("modernbert_tiny")]
    public void Networks_may_be_given_any_tensors(string family)
    {
        using var backbone = Tiny(family);
        using var model = backbone.WithHead(new LinearHead(["one", "two"]));
        model.Eval();
        var (refused, answered) = (0, 0);
        foreach (var ids in new Func<Tensor>[]
        {
            () =>
                ones(2, 3, int64), () =>
                    ones(2, 3, 4, int64), () =>
                        ones(2, 2, 2, 2, int64), () => ones(3, int64), () => tensor(1L), () => ones(0, 3, int64), () => ones(2, 0, int64),
            () =>
                ones(2, 0, 3, int64), () =>
                    ones(2, 3, int32), () =>
                        ones(2, 3), () =>
                            full([2, 3], -1L, int64), () => full([2, 3], long.MaxValue, int64), () => full([2, 3], long.MinValue, int64),
            () => ones(1, 100_000, int64), () => ones(3, 2, int64).t(), () => ones([2, 3], int64, META),
        })
            foreach (var mask in new Func<Tensor?>[]
            {
                () =>
                    null, () =>
                        ones(2, 3, @bool), () =>
                            zeros(2, 3, @bool), () =>
                                ones(2, 3), () =>
                                    ones(2, 3, int64), () =>
                                        ones(2, 2, @bool), () => ones(2, 3, 4, @bool), () => ones([], @bool), () => ones(0, 3, @bool),
            })
                foreach (
                    var segments in new Func<Tensor?>[] { () => null, () => zeros(2, 3, int64), () => full([2, 3], 99L, int64), () => full([2, 3], -1L, int64), () => zeros(2, 3), () => zeros(1, int64) })
                    _ = Survives(() => model.Forward(new TensorSet(ids(), mask()).With(TensorNames.Segments, segments())))
                        ? answered++
                        : refused++;
        answered.Should().BePositive();
        refused.Should().BePositive();
    }

    [Theory]
    [InlineData("bert_tiny")]
    [InlineData("deberta_v3_tiny")]
    [InlineData("modernbert_tiny")]
    public void Heads_of_the_reference_may_be_trained_on_any_targets(string family)
    {
        using var backbone = Tiny(family);
        foreach (var head in new[] { backbone.ClassificationHead(["one", "two"]), backbone.TokenClassificationHead(["one", "two"]) })
            foreach (
                var target in new Func<Tensor>[] { () => zeros(4, int64), () => full([4], 9L, int64), () => full([4], -1L, int64), () => zeros(4, 3, int64), () => full([4, 3], -100L, int64), () => zeros(4, 3), () => tensor(1L) })
                Survives(() =>
                {
                    using var model = backbone.WithHead(head);
                    var output = model.Forward(new TensorSet(ones(4, 3, int64)));
                    head.Objective.Validate(target(), head.Outputs);
                    head.Objective.Loss(output, target()).backward();
                });
    }

    private static TextBackbone Tiny(string family)
    {
        var model = TextModel.Build("tiny", TinyFolder.Configuration(family));
        model.Network.Initialize(_ => true);
        return new TextBackbone(model, input: null);
    }

    private static bool Survives(Action action)
    {
        try
        {
            using var scope = NewDisposeScope();
            action();
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or ExternalException or InvalidOperationException)
        {
            exception.Message.Should().NotBeEmpty();
            return false;
        }
    }
}
