using TransferLearning.TestKit;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Networks.Tests;

public sealed class SequentialTests : IDisposable
{
    private readonly Sequential _sequential = new(new LayerNorm(4), new LayerNorm(4));
    private readonly Sequential _empty = new();
    private readonly Tensor _x = rand(2, 4);

    public void Dispose()
    {
        _sequential.Dispose();
        _empty.Dispose();
        _x.Dispose();
    }

    [Fact, NoTensorLeaks]
    public void Parts_run_in_order_under_torchs_names()
    {
        _sequential.named_parameters().Select(parameter => parameter.name).Should().Equal("0.weight", "0.bias", "1.weight", "1.bias");
        using (no_grad()) ((LayerNorm)_sequential.children().Last()).get_parameter("bias")!.fill_(3);
        using var result = _sequential.call(_x);
        using var mean = result.mean();
        mean.item<float>().Should().BeApproximately(3, 1e-4f);
    }

    [Fact, NoTensorLeaks]
    public void Of_no_parts_the_result_is_an_alias()
    {
        using (_empty.call(_x)) { }
        _x.IsInvalid.Should().BeFalse();
    }

    [Fact, NoTensorLeaks]
    public void Modules_of_another_run_in_order_and_what_lies_between_is_disposed()
    {
        using var add = new Sum();
        using var x = ones(2);
        using var result = Sequential.Run([add, add, add], x, 2.0);
        result.Should().BeWithin(0, [7, 7]);
        ReferenceEquals(add.Taken[0], x).Should().BeTrue();
        add.Taken.Skip(1).Should().OnlyContain(tensor => tensor.IsInvalid);
        using var none = Sequential.Run<double>([], x, 2);
        none.Should().BeWithin(0, [1, 1]);
    }

    private sealed class Sum : Block<double>
    {
        public List<Tensor> Taken { get; } = [];

        protected override Tensor Compute(Tensor x, double other)
        {
            Taken.Add(x);
            return Shift(x, other);
        }
    }
}
