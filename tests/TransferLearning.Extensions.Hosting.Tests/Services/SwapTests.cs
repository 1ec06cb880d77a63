using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TransferLearning.TestKit;
using TransferLearning.Text;

namespace TransferLearning.Extensions.Hosting.Tests.Services;

/// <summary>Models that are replaced under load. <c>bench swaps</c> does it two hundred times.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class SwapTests : IDisposable
{
    private const int Swaps = 20, Clients = 8, Loads = 30;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Swaps_under_load_lose_no_request_and_leave_nothing()
    {
        string[] versions =
            [SavedModels.Text(_folder, "a.safetensors", "a1", "a2"), SavedModels.Text(_folder, "b.safetensors", "b1", "b2")];
        var path = _folder.File("model.safetensors");
        File.Copy(versions[0], path);
        var builder = Host.CreateApplicationBuilder();
        var log = new KeptLog();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddTextClassifier(path, new() { SettleTime = TimeSpan.FromMilliseconds(5) });
        using var host = builder.Build();
        await host.StartAsync();
        var classifier = host.Services.GetRequiredService<ITextClassifier>();

        using var end = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var answers = 0;
            for (; !end.IsCancellationRequested; answers++)
            {
                var answer = await classifier.PredictAsync($"a text of client {client}, number {answers}");
                answer.Predictions.Select(it => it.Label[0]).Distinct().Should().ContainSingle("an answer is of one model");
            }
            return answers;
        })).ToArray();
        for (var swap = 1; swap <= Swaps; swap++)
        {
            var next = swap % versions.Length;
            File.Copy(versions[next], _folder.File("next"), overwrite: true);
            File.Move(_folder.File("next"), path, overwrite: true);
            await Until.TrueAsync(() => classifier.Labels[0][0] == "ab"[next]);
        }
        end.Cancel();
        (await Task.WhenAll(clients)).Should().OnlyContain(answers => answers > 0);
        log.Errors.Should().BeEmpty();
        await host.StopAsync();
    }

    [Fact]
    public void Loads_and_disposals_leave_nothing()
    {
        var path = SavedModels.Text(_folder, "model.safetensors", "a", "b");
        var early = Load();
        (Load() - early).Should().BeLessThan(new FileInfo(path).Length, "a model that is left takes as much");

        long Load()
        {
            for (var load = 0; load < Loads; load++)
            {
                using var classifier = TextClassifier.Load(path);
                classifier.Predict("a text");
            }
            GC.Collect();
            using var process = Process.GetCurrentProcess();
            return process.WorkingSet64;
        }
    }
}
