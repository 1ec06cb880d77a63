namespace TransferLearning.Tests.Objectives;

public sealed class EqualityTests
{
    [Fact]
    public void Objectives_of_equal_settings_are_equal()
    {
        Equal(new CrossEntropy(), new CrossEntropy());
        Equal(
            new CrossEntropy { LabelSmoothing = 0.1, ClassWeights = [1, 2] }, new CrossEntropy { LabelSmoothing = 0.1, ClassWeights = new List<float> { 1, 2 } });
        Equal(new MultiLabel { PositiveWeights = [1, 2] }, new MultiLabel { PositiveWeights = [1, 2] });
        Equal(new Regression { Difference = RegressionLoss.Huber }, new Regression { Difference = RegressionLoss.Huber });
        Equal(new Ctc(3), new Ctc(3));

        new CrossEntropy { ClassWeights = [1, 2] }.Should().NotBe(new CrossEntropy { ClassWeights = [1, 3] }).And.NotBe(new CrossEntropy());
        new MultiLabel { PositiveWeights = [1, 2] }.Should().NotBe(new MultiLabel());
    }

    private static void Equal(IObjective one, IObjective other) =>
        (one.Equals(other), one.GetHashCode() == other.GetHashCode()).Should().Be((true, true));
}
