using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

public sealed class CutMixTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("images/mix");

    [Theory]
    [InlineData("cutmix_0.6")]
    [InlineData("cutmix_0.2")]
    public void Images_and_targets_are_mixed_as_torchvision_mixes_them(string output)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Json.GetProperty("cases").EnumerateArray().Single(one => one.Text("output") == output);
        var images = Formula.Input(Golden.Json.GetProperty("input"));
        var labels = tensor(Golden.Json.GetProperty("labels").EnumerateArray().Select(label => label.GetInt64()).ToArray());

        var box = CutMix.Box(6, 8, golden.GetProperty("lam").GetDouble(), golden.Number("r_x"), golden.Number("r_y"));
        var mixed = CutMix.Mix(new Batch(images, labels), box, 5);

        new[] { box.Left, box.Top, box.Right, box.Bottom }.Should().Equal(golden.GetProperty("box").EnumerateArray().Select(side => side.GetInt32()));
        mixed.Input.Values.flatten().Should().BeWithin(Golden.Tolerance, Golden.Tensor(output));
        mixed.Target.Values.flatten().Should().BeWithin(
            Golden.Tolerance, [.. golden.GetProperty("targets").EnumerateArray().SelectMany(row => row.EnumerateArray().Select(v => v.GetSingle()))]);
    }

    [Fact]
    public void Rectangles_are_torchvisions()
    {
        foreach (var row in Golden.Json.GetProperty("cutmix_boxes").GetProperty("rows").EnumerateArray())
        {
            var box = CutMix.Box(row[1].GetInt32(), row[0].GetInt32(), row[2].GetDouble(), row[3].GetInt32(), row[4].GetInt32());
            new[] { box.Left, box.Top, box.Right, box.Bottom }.Should().Equal(
                [row[5].GetInt32(), row[6].GetInt32(), row[7].GetInt32(), row[8].GetInt32()], row.GetRawText());
        }
    }

    [Fact]
    public void The_shape_of_the_distribution_is_above_0() =>
        FluentActions.Invoking(() => new CutMix(0)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*alpha*above 0*");
}
