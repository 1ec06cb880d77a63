using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

[NoTensorLeaks(MakesModels = true)]
public sealed class TestViewsTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    [Fact]
    public void Two_views_are_the_mean_of_an_image_and_its_mirror_image()
    {
        using var classifier = ImageClassifier.Load(trained.Path, CPU);
        using var both = ImageClassifier.Load(trained.Path, CPU, views: TestViews.Mirrored);
        var image = ImageDecoder.Decode(trained.Files[0]);

        both.Predict(image)["bag"].Should().BeApproximately(
            (classifier.Predict(image)["bag"] + classifier.Predict(image.FlipHorizontal())["bag"]) / 2, 1e-6);
        both.Score(image)[0].Should().BeApproximately((classifier.Score(image)[0] + classifier.Score(image.FlipHorizontal())[0]) / 2, 1e-4f);
    }

    [Fact]
    public void Many_images_are_answered_in_their_order()
    {
        using var classifier = ImageClassifier.Load(trained.Path, CPU, views: TestViews.TenCrops);
        classifier.Predict(trained.Files.Take(3)).Select(answer => answer["bag"]).Should().Equal(
            trained.Files.Take(3).Select(file => classifier.Predict(file)["bag"]), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Ten_views_are_corners_and_centre_and_their_mirror_images()
    {
        var spec = new ImageSpec { Width = 4, Height = 3, ResizeSize = 9, ResizeMode = ResizeMode.Squash };
        var image = new RgbImage(9, 9, TestKit.Formula.Image("views", 9, 9, 3));

        RgbImage[] corners =
            [image.Crop(0, 0, 4, 3), image.Crop(5, 0, 4, 3), image.Crop(0, 6, 4, 3), image.Crop(5, 6, 4, 3), image.Crop(2, 3, 4, 3)];
        new EvaluationTransform(spec).Views(image, TestViews.TenCrops).Select(view => Convert.ToHexString(view.Pixels)).Should().Equal(
            corners.Concat(corners.Select(corner => corner.FlipHorizontal())).Select(view => Convert.ToHexString(view.Pixels)));
    }

    [Fact]
    public void Views_that_there_are_not_are_refused() =>
        FluentActions.Invoking(() => new ImageClassifier(trained.Model, CPU, (TestViews)9))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("views");
}
