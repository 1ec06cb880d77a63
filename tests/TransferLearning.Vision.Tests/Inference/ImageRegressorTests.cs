using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

[NoTensorLeaks(MakesModels = true)]
public sealed class ImageRegressorTests(TrainedModel trained) : IClassFixture<TrainedModel>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Values_of_a_table_are_learnt_saved_and_predicted()
    {
        var table = Path.Combine(_folder.FullName, "values.csv");
        File.WriteAllLines(table, ["path,bags", .. TrainedModel.Images("train", 4).Names.Select(file => $"{file},{(IsBag(file) ? 1 : 0)}")]);
        using var regressor = ImageRegressor.FineTune(table, ["bags"], options: new() { Epochs = 20, Device = CPU });
        regressor.Names.Should().Equal("bags");
        regressor.Report!.Warnings.Should().BeEmpty();

        var model = Path.Combine(_folder.FullName, "model.safetensors");
        regressor.Save(model);
        using var loaded = ImageRegressor.Load(model, CPU);
        loaded.Evaluate(table)["meanAbsoluteError"].Should().BeLessThan(0.4);
        foreach (var file in trained.Files)
        {
            loaded.Predict(file).Should().Equal(regressor.Predict(File.ReadAllBytes(file)));
            loaded.Predict(ImageDecoder.Decode(file)).Should().ContainSingle();
        }
    }

    [Fact]
    public void Classes_are_the_classifiers()
    {
        FluentActions.Invoking(() => ImageRegressor.Load(trained.Path, CPU)).Should().Throw<ArgumentException>().WithMessage("*ImageClassifier*");
        FluentActions.Invoking(() => ImageRegressor.FineTune(TrainedModel.Images("train", 2))).Should().Throw<ArgumentException>()
            .WithMessage("*ClassTargets*ImageClassifier*");
    }

    [Fact]
    public void A_table_of_classes_is_learnt_and_an_image_on_both_sides_is_named()
    {
        var table = Path.Combine(_folder.FullName, "labels.csv");
        var train = TrainedModel.Images("train", 3);
        File.WriteAllLines(table, ["path,label", .. train.Names.Select(file => $"{file},{(IsBag(file) ? "bag" : "coat")}")]);
        using var classifier = ImageClassifier.FineTune(table, options: new() { Device = CPU });
        classifier.Labels.Should().Equal("bag", "coat");
        classifier.Evaluate(table).Accuracy.Should().BeGreaterThan(0.6);

        using var twice = ImageClassifier.FineTune(train, train.Subset([0, 3]), options: new() { Device = CPU });
        twice.Report!.Warnings.Should().ContainMatch($"2 of the 2 images*'{train.Names[0]}' and '{train.Names[0]}' (identical)*");
    }

    private static bool IsBag(string file) => Path.GetFileName(Path.GetDirectoryName(file)) == "bag";
}
