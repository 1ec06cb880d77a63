using TransferLearning.TestKit;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Networks.Tests;

public sealed class SequentialTests
{
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
