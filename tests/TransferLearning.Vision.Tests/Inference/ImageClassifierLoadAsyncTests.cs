using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

[NoTensorLeaks(MakesModels = true)]
public sealed class ImageClassifierLoadAsyncTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    [Fact]
    public async Task Loading_gives_the_classifier_or_the_exception_of_the_other_form()
    {
        using var classifier = await ImageClassifier.LoadAsync(trained.Path, CPU);
        using var same = ImageClassifier.Load(trained.Path, CPU);
        classifier.Predict(trained.Files[0])["coat"].Should().Be(same.Predict(trained.Files[0])["coat"]);

        var absent = () => ImageClassifier.LoadAsync("absent.safetensors");
        await absent.Should().ThrowAsync<FileNotFoundException>().WithMessage("*absent.safetensors*");
        var cancelled = () => ImageClassifier.LoadAsync(trained.Path, cancellationToken: new CancellationToken(canceled: true));
        await cancelled.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task An_adapter_finds_its_backbone()
    {
        using var folder = new TemporaryFolder();
        trained.Model.SaveAdapter(folder.File("head.safetensors"));
        using var classifier = await ImageClassifier.LoadAsync(folder.File("head.safetensors"), CPU);
        using var whole = ImageClassifier.Load(trained.Path, CPU);
        classifier.Predict(trained.Files[0])["coat"].Should().BeApproximately(whole.Predict(trained.Files[0])["coat"], 1e-6);
    }

    [Fact]
    public async Task Fine_tuning_in_one_call_runs_on_a_thread_of_its_own_and_is_cancelled()
    {
        var data = TrainedModel.Images("train", 3);
        var isPool = new List<bool>();
        using var classifier = await ImageClassifier.FineTuneAsync(
            data, data, options: new FineTuneOptions { Device = CPU }, progress: new OnThread(isPool));
        classifier.Report!.Accuracy.Should().BeGreaterThan(0.5);
        isPool.Should().NotBeEmpty().And.OnlyContain(pool => !pool);

        using var stop = new StopsAfter<TrainingProgress>(_ => true);
        var run = () => ImageClassifier.FineTuneAsync(
            data, data, options: new FineTuneOptions { Device = CPU, Epochs = 100 }, progress: stop, cancellationToken: stop.Token);
        await run.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_folder_is_opened_so_too()
    {
        using var folder = new TemporaryFolder();
        foreach (var (file, i) in trained.Files.Select((file, i) => (file, i)))
            folder.Write($"{(i < 4 ? "coat" : "bag")}/{i}.png", File.ReadAllBytes(file));
        (await ImageFolder.OpenAsync(folder.Path)).Count.Should().Be(8);
        var cancelled = () => ImageFolder.OpenAsync(folder.Path, cancellationToken: new CancellationToken(canceled: true));
        await cancelled.Should().ThrowAsync<OperationCanceledException>();
        FluentActions.Invoking(
            () => ImageFolder.Open(folder.Path, cancellationToken: new CancellationToken(canceled: true))).Should()
                .Throw<OperationCanceledException>();
        folder.Write("bag/broken.png", [1, 2]);
        var broken = () => ImageFolder.OpenAsync(folder.Path);
        await broken.Should().ThrowAsync<ImageFormatException>().WithMessage("*broken.png*");
    }

    private sealed class OnThread(List<bool> isPool) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => isPool.Add(Thread.CurrentThread.IsThreadPoolThread);
    }
}
