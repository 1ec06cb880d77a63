using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>The trainer on data sets of images, with the real network.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class ImageTrainingTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    [Fact]
    public void Features_of_a_frozen_backbone_are_computed_once()
    {
        trained.Report.FeatureCaches.Select(cache => (cache.Data, cache.Stage, cache.Examples))
            .Should().Equal(("training", "pooled features", 6), ("validation", "pooled features", 4));
        trained.Report.Warnings.Should().BeEmpty();
        trained.Report.Labels.Should().Equal("coat", "bag");
        trained.Report.Weights!.Licence.Should().Be("Apache-2.0");
    }

    [Fact]
    public void Augmented_training_images_are_computed_anew_in_every_epoch_and_validation_images_once() =>
        Fit(TrainedModel.Images("train", 2).WithAugmentation(new RandomHorizontalFlip()), TrainedModel.Images("validation", 1))
            .FeatureCaches.Should().ContainSingle().Which.Should()
            .BeEquivalentTo(new { Data = "validation", Stage = "pooled features", Examples = 2 });

    [Fact]
    public void CutMix_is_given_the_images_and_repeats_to_the_last_bit()
    {
        var (first, second) = (Mixed(), Mixed());

        first.Report.FeatureCaches.Should().BeEmpty("features of frozen layers are no images");
        first.Weights.Should().Equal(second.Weights);

        (float[] Weights, TrainingReport Report) Mixed()
        {
            using var model = trained.Backbone.WithHead(new LinearHead(["coat", "bag"]));
            var report = new Trainer(
                new TrainerOptions { Epochs = 1, BatchSize = 4, Device = CPU }, new FreezeBackbone(), new CutMix())
                .Fit(model, TrainedModel.Images("train", 2));
            return (model.Head.parameters().First().data<float>().ToArray(), report);
        }
    }

    [Fact]
    public void Cached_maps_train_the_last_stage_to_the_same_bits_as_computed_ones()
    {
        var (cached, report) = LastStageTrained(new TrainerOptions().FeatureCacheBytes);
        var (computed, other) = LastStageTrained(0);

        report.FeatureCaches.Should().NotBeEmpty();
        other.FeatureCaches.Should().BeEmpty();
        cached.Should().Equal(computed);
    }

    [Fact]
    public void A_validation_set_with_other_classes_is_refused_by_name()
    {
        var other = ImageDataset.FromFiles([(trained.Files[0], "coat"), (trained.Files[1], "dress")]);
        FluentActions.Invoking(() => Fit(TrainedModel.Images("train", 2), other))
            .Should().Throw<ArgumentException>().WithMessage("*validation*[coat, dress]*[coat, bag]*");
    }

    [Fact]
    public void A_class_without_validation_images_is_named_in_a_warning()
    {
        var coats = TrainedModel.Images("validation", 2).Subset([0, 1]);
        Fit(TrainedModel.Images("train", 2), coats).Warnings.Should().ContainSingle().Which.Should().Contain("validation")
            .And.Contain("bag");
    }

    [Fact]
    public void A_broken_image_stops_the_training_and_is_named()
    {
        var images = ImageDataset.FromBytes([(File.ReadAllBytes(trained.Files[0]), "coat"), ([1, 2, 3], "bag")], ["coat", "bag"]);
        FluentActions.Invoking(() => Fit(images, null)).Should().Throw<ImageFormatException>().WithMessage("'image 1'*");
    }

    private static (float[] Weights, TrainingReport Report) LastStageTrained(long cacheBytes)
    {
        using var backbone = VisionBackbones.Load("efficientnet_lite0");
        using var model = backbone.WithHead(new LinearHead(["coat", "bag"]));
        var options = new TrainerOptions
        {
            Epochs = 2, BatchSize = 4, Sampler = new SequentialSampler(), FeatureCacheBytes = cacheBytes, Device = CPU
        };
        var report = new Trainer(options, new AllButTheLastStage()).Fit(
            model, TrainedModel.Images("train", 4), TrainedModel.Images("validation", 2));
        using var weights = backbone.Module.state_dict()["conv_head.weight"].detach();
        return (weights.data<float>().ToArray(), report);
    }

    private sealed class AllButTheLastStage : IFineTuneStrategy
    {
        public string Description => "freezes all but the last stage";

        public void Prepare(TrainingSession session)
        {
            foreach (var group in session.BackboneGroups.SkipLast(1)) group.Freeze();
        }
    }

    private TrainingReport Fit(ImageDataset train, ImageDataset? validation)
    {
        using var model = trained.Backbone.WithHead(new LinearHead(["coat", "bag"]));
        return new Trainer(
            new TrainerOptions { Epochs = 1, BatchSize = 4, Device = CPU }, new FreezeBackbone()).Fit(model, train, validation);
    }
}
