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

    [Theory]
    [InlineData("IMAGENET1K_V1", "timm/resnet50.tv_in1k", 256)]
    [InlineData("IMAGENET1K_V2", "timm/resnet50.tv2_in1k", 232)]
    public async Task Named_weights_come_from_their_own_repository_with_the_input_that_they_want(string weights, string source, int resize)
    {
        using (var network = VisionBackbones.Create("resnet50"))
            Safetensors.Write(_folder.File("resnet50.safetensors"), network.Module.state_dict());
        var file = File.ReadAllBytes(_folder.File("resnet50.safetensors"));
        using var server = new HubServer(request => Serve(request, file));
        using var environment = new HubEnvironment(server);
        using var backbone = await VisionBackbones.LoadAsync("resnet50", weights);
        backbone.Info.Weights!.Source.Should().StartWith(source);
        backbone.Info.Weights.Licence.Should().Be("BSD-3-Clause");
        backbone.Info.Input.As<ImageSpec>().ResizeSize.Should().Be(resize);
    }

    [Fact]
    public void Unknown_weights_are_refused_with_those_that_there_are()
    {
        FluentActions.Invoking(() => VisionBackbones.Load("resnet50", "IMAGENET1K_V3")).Should().Throw<ArgumentException>()
            .WithMessage("'resnet50' has no weights 'IMAGENET1K_V3'*IMAGENET1K_V1, IMAGENET1K_V2.*");
        FluentActions.Invoking(() => VisionBackbones.Load("resnet50", "missing.pth")).Should().Throw<FileNotFoundException>();
    }

    private sealed class Told(List<DownloadProgress> told) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => told.Add(value);
    }
}
