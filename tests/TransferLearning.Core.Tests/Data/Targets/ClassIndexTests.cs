namespace TransferLearning.Tests.Data;

public sealed class ClassIndexTests
{
    [Fact]
    public void Classes_are_those_that_occur_in_ordinal_order_or_those_given()
    {
        string[] occurring = ["b", "a", "b", "B"];
        ClassIndex.Of(occurring, null).Names.Should().Equal("B", "a", "b");
        var given = ClassIndex.Of(occurring, ["b", "c"]);
        given.Names.Should().Equal("b", "c");
        given.IndexOf("c", "it").Should().Be(1);
    }

    [Fact]
    public void Unknown_classes_and_names_given_twice_are_named()
    {
        FluentActions.Invoking(() => ClassIndex.Of([], ["a", "b", "a"])).Should().Throw<ArgumentException>().WithMessage("*'a' twice*");
        FluentActions.Invoking(() => ClassIndex.Of(["kitten", "puppy"], null).IndexOf("pupy", "'x.jpg'"))
            .Should().Throw<ArgumentException>().WithMessage("'x.jpg' is of class 'pupy'*kitten, puppy*Did you mean 'puppy'?*");
    }
}
