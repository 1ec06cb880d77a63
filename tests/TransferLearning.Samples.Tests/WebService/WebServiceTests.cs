using System.Net;
using System.Net.Http.Json;
using Xunit.Abstractions;

namespace TransferLearning.Samples.Tests.WebService;

public sealed class WebServiceTests(Service service, ITestOutputHelper output) : IClassFixture<Service>
{
    private const int Clients = 64;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    private sealed record Answer(string Label, double Probability);

    private sealed record Problem(string Detail);

    [Fact]
    public async Task A_photograph_is_classified()
    {
        var answers = await Ask<Answer[]>("predict/image", new ByteArrayContent(await File.ReadAllBytesAsync(Service.Photograph)));
        answers.Should().HaveCount(5).And.BeInDescendingOrder(answer => answer.Probability);
        (await service.Client.GetFromJsonAsync<Dictionary<string, string[]>>("classes"))!["image"]
            .Should().HaveCount(1000).And.Contain(answers[0].Label);
    }

    [Fact]
    public async Task A_text_is_classified()
    {
        var answers = await Ask<Answer[]>("predict/text", new StringContent("a large grey animal with a trunk"));
        answers[0].Label.Should().Be("animal");
        answers[0].Probability.Should().BeInRange(0.4, 1);
    }

    [Fact]
    public async Task What_is_no_photograph_gets_400_and_the_sentence()
    {
        (await Ask<Problem>("predict/image", new StringContent("no image"), HttpStatusCode.BadRequest)).Detail
            .Should().StartWith("The image is not a JPEG");
        (await Ask<Problem>("predict/image", new ByteArrayContent([]), HttpStatusCode.BadRequest)).Detail
            .Should().StartWith("The image is empty");
        var half = (await File.ReadAllBytesAsync(Service.Photograph))[..^100];
        (await Ask<Problem>("predict/image", new ByteArrayContent(half), HttpStatusCode.BadRequest)).Detail
            .Should().StartWith("The image is truncated");
    }

    [Fact]
    public async Task What_is_too_large_gets_413()
    {
        (await Ask<Problem>("predict/text", new ByteArrayContent(new byte[65 << 10]), HttpStatusCode.RequestEntityTooLarge)).Detail
            .Should().Contain("too large");
    }

    [Fact]
    public async Task Its_health_can_be_asked() => (await service.Client.GetStringAsync("health")).Should().Be("Healthy");

    /// <summary><c>bench serve</c> does the same for a minute.</summary>
    [Fact]
    public async Task Many_clients_at_once_are_answered_and_memory_stays()
    {
        var photograph = await File.ReadAllBytesAsync(Service.Photograph);
        await Load(TimeSpan.FromSeconds(1));
        var before = service.Memory;
        var answers = await Load(Duration);
        output.WriteLine($"{answers} answers in {Duration.TotalSeconds:F0} s, {before >> 20} MiB before, {service.Memory >> 20} MiB after");
        answers.Should().BeGreaterThanOrEqualTo(Clients);
        (service.Memory - before).Should().BeLessThan(200 << 20);

        async Task<int> Load(TimeSpan duration)
        {
            using var end = new CancellationTokenSource(duration);
            return (await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
            {
                var count = 0;
                for (; !end.IsCancellationRequested; count++)
                    if (client % 2 == 0) await Ask<Answer[]>("predict/image", new ByteArrayContent(photograph));
                    else await Ask<Answer[]>("predict/text", new StringContent($"an animal of client {client}"));
                return count;
            }))).Sum();
        }
    }

    private async Task<T> Ask<T>(string path, HttpContent content, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await service.Client.PostAsync(path, content);
        response.StatusCode.Should().Be(expected);
        return (await response.Content.ReadFromJsonAsync<T>())!;
    }
}
