using TransferLearning.TestKit;
using static TransferLearning.TestKit.HubServer;

namespace TransferLearning.Vision.Tests;

/// <summary>Downloads from a server on this machine that sends a part and then nothing, until the test lets it go on.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class VisionBackbonesDownloadTests : IDisposable
{
    private const int Sent = 300_000;

    private readonly TaskCompletionSource _hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StopsAfter<DownloadProgress> _progress = new(now => now.Received >= Sent);
    private readonly List<int> _starts = [];
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _file;
    private readonly HubServer _server;
    private readonly HubEnvironment _environment;

    public VisionBackbonesDownloadTests()
    {
        using (var backbone = VisionBackbones.Create("resnet18"))
            Safetensors.Write(_folder.File("model.safetensors"), backbone.Module.state_dict());
        _file = File.ReadAllBytes(_folder.File("model.safetensors"));
        _server = new HubServer(request =>
        {
            _starts.Add(request.Start);
            return Serve(request, _file, sent: request.Number == 1 ? Sent : null);
        }, _hold.Task);
        _environment = new HubEnvironment(_server);
    }

    public void Dispose()
    {
        _hold.TrySetResult();
        _environment.Dispose();
        _server.Dispose();
        _progress.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_download_is_told_of_cancelled_in_its_middle_and_continued_the_next_time()
    {
        var load = () => VisionBackbones.LoadAsync("resnet18", progress: _progress, cancellationToken: _progress.Token);
        await load.Should().ThrowAsync<OperationCanceledException>();
        _progress.Told.Should().OnlyContain(now => now.Total == _file.Length && now.Received <= Sent && now.File == "model.safetensors");
        _hold.SetResult();

        List<DownloadProgress> told = [];
        using var backbone = await VisionBackbones.LoadAsync("resnet18", progress: new Told(told));
        told.Should().BeInAscendingOrder(now => now.Received);
        told[^1].Received.Should().Be(_file.Length);
        told[0].Received.Should().BeGreaterThan(Sent);
        _starts.Should().Equal(0, Sent);
        backbone.Info.Weights!.Source.Should().StartWith("timm/resnet18");
        backbone.Module.training.Should().BeFalse();
    }

    [Fact]
    public void Loading_on_the_callers_thread_is_cancelled_too() => FluentActions
        .Invoking(
            () => VisionBackbones.Load("resnet18", progress: _progress, cancellationToken: _progress.Token)).Should()
                .Throw<OperationCanceledException>();

    [Fact]
    public async Task Fine_tuning_is_cancelled_while_its_weights_are_downloaded()
    {
        var images = TrainedModel.Images("train", 2);
        var options = new FineTuneOptions { Downloads = _progress };
        FluentActions.Invoking(
            () => ImageClassifier.FineTune(images, null, "resnet18", options, cancellationToken: _progress.Token)).Should()
                .Throw<OperationCanceledException>();
        var again = () => ImageClassifier.FineTuneAsync(images, null, "resnet18", options, cancellationToken: _progress.Token);
        await again.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task An_encoder_is_cancelled_so_too()
    {
        var load = () => ImageEncoder.LoadAsync("resnet18", progress: _progress, cancellationToken: _progress.Token);
        await load.Should().ThrowAsync<OperationCanceledException>();
    }

    private sealed class Told(List<DownloadProgress> told) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => told.Add(value);
    }
}
