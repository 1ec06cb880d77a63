namespace TransferLearning.Reporting.Tests;

public class ReportExampleTests
{
    [Fact]
    public void The_most_wrong_are_those_whose_class_was_held_least_likely()
    {
        Classification[] answers = [Answer(0.9), Answer(0.2), Answer(0.4), Answer(0.1)];
        var wrong = ReportExample.MostWrong(answers, ["a", "a", "a", "b"], ["right", "worst", "bad", "right too"]);
        wrong.Should().Equal(new ReportExample("worst", "a", "b", 0.8, 0.2), new ReportExample("bad", "a", "b", 0.6, 0.4));
        ReportExample.MostWrong(answers, ["a", "a", "a", "b"], ["", "worst", "", ""], count: 1).Single().Name.Should().Be("worst");
        ReportExample.MostWrong([], [], []).Should().BeEmpty();
    }

    [Fact]
    public void Lists_of_other_lengths_are_refused()
    {
        var act = () => ReportExample.MostWrong([Answer(0.9)], ["a", "b"], ["1"]);
        act.Should().Throw<ArgumentException>().WithMessage("There are 1 answers, 2 classes and 1 names*");
    }

    [Fact]
    public void A_picture_is_a_PNG_file()
    {
        var act = () => new ReportPicture("photograph", new byte[] { 0xFF, 0xD8, 0xFF });
        act.Should().Throw<ArgumentException>().WithMessage("The picture 'photograph' is no PNG file*");
    }

    private static Classification Answer(double a) =>
        new([.. new Prediction[] { new("a", a), new("b", Math.Round(1 - a, 3)) }.OrderByDescending(one => one.Probability)]);
}
