using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TransferLearning.TestKit;

namespace TransferLearning.Extensions.Hosting.Tests.Services;

/// <summary>Loading and reloading, with models that are named by the content of their file.</summary>
public sealed class ClassifierHostTests : IDisposable
{
    private static readonly ClassifierServiceOptions Quick = new()
    {
        PollInterval = TimeSpan.FromMilliseconds(30),
        SettleTime = TimeSpan.FromMilliseconds(10),
    };

    private readonly TemporaryFolder _folder = new();
    private readonly ClassifierTelemetry _telemetry = new();
    private readonly KeptLog _log = new();
    private readonly ConcurrentQueue<StubModel> _models = [];
    private ClassifierHost<StubModel, int>? _made;

    private string Path => _folder.File("model");

    public void Dispose()
    {
        foreach (var model in _models) model.Open.Set();
        _made?.Dispose();
        _telemetry.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_model_is_loaded_at_the_start()
    {
        _folder.Write("model", "first");
        var host = Host();
        Health(host).Should().Be((HealthStatus.Healthy, $"Loads '{Path}' at the first request."));
        await host.StartAsync(default);
        _models.Should().ContainSingle();
        host.Status.Labels.Should().Equal("first");
        (await Label(host)).Should().Be("first");
        Health(host).Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Without_a_model_the_host_does_not_start()
    {
        var missing = Host();
        await missing.Awaiting(host => host.StartAsync(default))
            .Should().ThrowAsync<ClassifierUnavailableException>().WithMessage($"*no model*'{Path}' cannot be loaded*");
        await missing.DisposeAsync();
        _folder.Write("model", "bad");
        await Host().Awaiting(host => host.StartAsync(default))
            .Should().ThrowAsync<ClassifierUnavailableException>().WithMessage($"*no model*'{Path}'*damaged*");
        _log.Errors
            .Should().HaveCount(2).And.OnlyContain(message => message.StartsWith("The stub has no model.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Loaded_at_the_first_request_it_may_come_later()
    {
        var host = Host(Quick with { LoadAtStart = false });
        await host.StartAsync(default);
        await host.Awaiting(Label).Should().ThrowAsync<ClassifierUnavailableException>();
        Health(host).Status.Should().Be(HealthStatus.Unhealthy);
        _folder.Write("model", "bad");
        await host.Awaiting(Label).Should().ThrowAsync<ClassifierUnavailableException>();
        await host.Awaiting(Label).Should().ThrowAsync<ClassifierUnavailableException>();
        _log.Errors.Should().HaveCount(2, "the same damaged file is not tried again");
        _folder.Write("model", "second");
        (await Label(host)).Should().Be("second");
        Health(host).Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Many_first_requests_load_once()
    {
        _folder.Write("model", "first");
        var host = Host(Quick with { LoadAtStart = false });
        (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Label(host)))))
            .Should().OnlyContain(label => label == "first");
        _models.Should().ContainSingle();
    }

    [Fact]
    public async Task A_changed_file_is_loaded_and_the_old_model_freed_after_its_last_request()
    {
        _folder.Write("model", "first");
        var host = Host();
        await host.StartAsync(default);
        _models.TryPeek(out var first).Should().BeTrue();
        first!.Open.Reset();
        var inFlight = Label(host);
        await first.StartedAsync();

        _folder.Write("new", "second");
        File.Move(_folder.File("new"), Path, overwrite: true);
        // The trial of the new model waits for the one that is computed.
        await Until.TrueAsync(() => _models.Count == 2);
        first.IsDisposed.Should().BeFalse();
        first.Open.Set();
        (await inFlight).Should().Be("first");
        await Until.TrueAsync(async () => await Label(host) == "second");
        await Until.TrueAsync(() => first.IsDisposed);
        host.Status.Labels.Should().Equal("second");
    }

    [Fact]
    public async Task A_damaged_file_is_refused_and_the_old_model_stays()
    {
        _folder.Write("model", "first");
        var host = Host();
        await host.StartAsync(default);
        _folder.Write("model", "bad");
        await Until.TrueAsync(() => Health(host).Status == HealthStatus.Degraded);
        (await Label(host)).Should().Be("first");
        Health(host).Description
            .Should().StartWith("Serves the model of ").And.Contain($"The model '{Path}' cannot be loaded: '{Path}' is damaged.");
        _log.Errors
            .Should().Equal($"The stub goes on with the model that it has. The model '{Path}' cannot be loaded: '{Path}' is damaged.");

        _folder.Write("model", "third");
        await Until.TrueAsync(async () => await Label(host) == "third");
        Health(host).Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task A_model_that_loads_but_cannot_answer_is_refused()
    {
        _folder.Write("model", "first");
        var host = Host();
        await host.StartAsync(default);
        _folder.Write("model", "mute");
        await Until.TrueAsync(() => Health(host).Status == HealthStatus.Degraded);
        (await Label(host)).Should().Be("first");
        _models.Last().IsDisposed.Should().BeTrue();
    }

    [Fact]
    public async Task A_file_that_vanishes_leaves_the_model_in_service()
    {
        _folder.Write("model", "first");
        var host = Host();
        await host.StartAsync(default);
        File.Delete(Path);
        await Task.Delay(100);
        (await Label(host)).Should().Be("first");
        _folder.Write("model", "again");
        await Until.TrueAsync(async () => await Label(host) == "again");
    }

    [Fact]
    public async Task Without_reload_a_change_is_not_seen()
    {
        _folder.Write("model", "first");
        var host = Host(Quick with { Reload = false });
        await host.StartAsync(default);
        _folder.Write("model", "second");
        await Task.Delay(100);
        (await Label(host)).Should().Be("first");
    }

    [Fact]
    public async Task A_link_that_is_turned_to_another_file_is_a_change()
    {
        _folder.Write("v1", "first");
        _folder.Write("v2", "other");
        File.CreateSymbolicLink(Path, _folder.File("v1"));
        var host = Host();
        await host.StartAsync(default);
        File.CreateSymbolicLink(_folder.File("new"), _folder.File("v2"));
        File.Move(_folder.File("new"), Path, overwrite: true);
        await Until.TrueAsync(async () => await Label(host) == "other");
    }

    [Fact]
    public async Task Requests_beyond_the_limit_are_refused_and_places_come_free()
    {
        _folder.Write("model", "first");
        var host = Host(Quick with { QueueLimit = 2 });
        await host.StartAsync(default);
        _models.TryPeek(out var model).Should().BeTrue();
        model!.Open.Reset();
        Task<string>[] accepted = [Label(host), Label(host)];
        await host.Awaiting(Label).Should().ThrowAsync<ClassifierUnavailableException>();
        model.Open.Set();
        await Task.WhenAll(accepted);
        (await Label(host)).Should().Be("first");
    }

    [Fact]
    public async Task Stopping_answers_what_waits_and_refuses_later_requests()
    {
        _folder.Write("model", "first");
        var host = Host();
        await host.StartAsync(default);
        _models.TryPeek(out var model).Should().BeTrue();
        model!.Open.Reset();
        Task<string>[] answers = [Label(host), Label(host)];
        var stop = host.StopAsync(default);
        model.Open.Set();
        (await Task.WhenAll(answers)).Should().Equal("first", "first");
        await stop;
        await host.Awaiting(Label).Should().ThrowAsync<ClassifierUnavailableException>().WithMessage("*stops*");
        await host.DisposeAsync();
        model.IsDisposed.Should().BeTrue();
        _log.Errors.Should().BeEmpty();
    }

    private ClassifierHost<StubModel, int> Host(ClassifierServiceOptions? options = null) =>
        _made = new("stub", Path, options ?? Quick, Open, _telemetry, _log);

    private StubModel Open(string copy)
    {
        copy.Should().NotBe(Path, "the file may be written at any time");
        var name = File.ReadAllText(copy);
        if (name == "bad") throw new WeightFormatException(copy, "is damaged.");
        var model = new StubModel(name);
        if (name == "mute") model.Dispose();
        _models.Enqueue(model);
        return model;
    }

    private static async Task<string> Label(ClassifierHost<StubModel, int> host) => (await host.PredictAsync(_ => 1, default)).Best.Label;

    private static (HealthStatus Status, string? Description) Health(ClassifierHost<StubModel, int> host)
    {
        var check = new ClassifierHealthCheck<StubModel, int>(host);
        var context = new HealthCheckContext { Registration = new("stub", check, HealthStatus.Unhealthy, null) };
        var result = check.CheckHealthAsync(context).GetAwaiter().GetResult();
        return (result.Status, result.Description);
    }
}
