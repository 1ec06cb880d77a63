namespace TransferLearning.Tests.Weights.Loading;

public class NameMapTests
{
    [Fact]
    public void A_name_of_a_million_dots_is_compared_where_it_can_fit()
    {
        // With every suffix looked at, this would take half an hour.
        var name = new string('.', 1_000_000) + "fc.weight";
        var map = NameMap.Build([name], new HashSet<string> { "fc.weight" }, []);
        map.Should().ContainSingle().Which.To.Should().Be("fc.weight");
    }
}
