namespace TransferLearning.Tests.Weights;

public class NearestNameTests
{
    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("fc.weight", "fc.weight", 0)]
    public void Distance_is_the_number_of_edits(string a, string b, int expected) => NearestName.Distance(a, b).Should().Be(expected);

    [Fact]
    public void Only_a_near_name_is_suggested()
    {
        NearestName.Find("layer1.0.conv1.wieght", ["layer1.0.conv1.weight", "layer1.0.conv2.weight"]).Should().Be("layer1.0.conv1.weight");
        NearestName.Find("fc", ["encoder.layer.0"]).Should().BeNull();
        NearestName.Hint("fc", []).Should().BeEmpty();
    }
}
