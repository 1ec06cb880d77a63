using System.Net.Http.Json;
using System.Text.Json.Serialization;
using TransferLearning.Vision;

// A service that tells what a photograph shows, and one request to it.
var (model, image) = (args[0], args[1]);
using var classifier = ImageClassifier.Load(model);
var builder = WebApplication.CreateSlimBuilder();
builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, Json.Default));
builder.WebHost.UseUrls("http://127.0.0.1:0");
await using var app = builder.Build();
app.MapPost("/predict", async (HttpRequest request) =>
{
    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body);
    var best = classifier.Predict(body.ToArray().AsSpan()).Best;
    return new Answer(best.Label, best.Probability);
});
await app.StartAsync();

using var client = new HttpClient { BaseAddress = new(app.Urls.First()) };
using var response = await client.PostAsync("/predict", new ByteArrayContent(File.ReadAllBytes(image)));
var answer = await response.Content.ReadFromJsonAsync(Json.Default.Answer);
Console.WriteLine(answer);
return answer is { Label.Length: > 0, Probability: > 0 } ? 0 : 1;

internal sealed record Answer(string Label, double Probability);

[JsonSerializable(typeof(Answer))]
[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
internal sealed partial class Json : JsonSerializerContext;
