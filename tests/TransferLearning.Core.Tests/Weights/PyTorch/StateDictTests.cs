using TransferLearning.TestKit;
using static TransferLearning.Tests.Weights.PyTorch.TestCheckpoint;

namespace TransferLearning.Tests.Weights.PyTorch;

public sealed class StateDictTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string[] Names(Pickle pickle)
    {
        using var file = WeightFile.Open(_folder.Write("weights.pt", Zip(pickle.ToArray(), ("0", Floats(1)))));
        return [.. file.Tensors.Keys];
    }

    private static Pickle One(Pickle pickle) => pickle.Tensor("0", 1, 0, [1], [1]);

    [Fact]
    public void A_bare_tensor_has_a_name() => Names(One(new Pickle())).Should().Equal("tensor");

    [Fact]
    public void Nested_containers_join_their_names_by_dots()
    {
        var list = One(One(new Pickle().Dict().Mark().Text("layers").Raw((byte)']').Mark())).Raw((byte)'e');
        Names(list.Text("epoch").Integer(3).SetItems()).Should().Equal("layers.0", "layers.1");
    }

    [Theory]
    [InlineData("state_dict")]
    [InlineData("model_state_dict")]
    [InlineData("model")]
    [InlineData("state_dict_ema")]
    public void The_state_dict_is_taken_out_of_a_checkpoint(string wrapper)
    {
        var optimizer = One(new Pickle().Dict().Mark().Text("optimizer").Dict().Mark().Text("momentum")).SetItems().Text("best").Integer(1);
        Names(One(optimizer.Text(wrapper).Dict().Mark().Text("fc.weight")).SetItems().SetItems()).Should().Equal("fc.weight");
    }

    [Fact]
    public void Plain_weights_go_before_averaged_ones()
    {
        var both = One(new Pickle().Dict().Mark().Text("state_dict_ema").Dict().Mark().Text("averaged")).SetItems();
        Names(One(both.Text("state_dict").Dict().Mark().Text("plain")).SetItems().SetItems()).Should().Equal("plain");
    }

    [Fact]
    public void Without_a_wrapper_the_optimizer_is_left_out_unless_it_is_all()
    {
        var optimizer = One(new Pickle().Dict().Mark().Text("optimizer").Dict().Mark().Text("momentum")).SetItems();
        Names(optimizer.SetItems()).Should().Equal("optimizer.momentum");
        optimizer = One(new Pickle().Dict().Mark().Text("optimizer").Dict().Mark().Text("momentum")).SetItems();
        Names(One(optimizer.Text("fc.weight")).SetItems()).Should().Equal("fc.weight");
    }

    [Fact]
    public void A_whole_model_beside_its_optimizer_is_refused_by_its_name()
    {
        var optimizer = One(new Pickle().Dict().Mark().Text("optimizer").Dict().Mark().Text("momentum")).SetItems();
        FluentActions.Invoking(() => Names(optimizer.Text("model").Object("nets", "Net").SetItems()))
            .Should().Throw<WeightFormatException>().WithMessage("*run or build 'nets.Net'*nothing was run*state_dict()*");
    }

    [Fact]
    public void A_long_name_before_many_tensors_is_refused()
    {
        var pickle = One(new Pickle().Dict().Mark().Text("first")).Raw((byte)'q', 0).Text(new string('x', 100_000)).Raw((byte)']').Mark();
        for (var i = 0; i < 1001; i++) pickle.Raw((byte)'h', 0);
        FluentActions.Invoking(() => Names(pickle.Raw((byte)'e').SetItems())).Should().Throw<WeightFormatException>()
            .WithMessage("*names*too long*");
    }
}
