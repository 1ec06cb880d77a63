// A page on which one chooses a photograph or types a text, and the service that answers.
//   dotnet run -c Release                                                          with two models that it makes at the first start
//   dotnet run -c Release -- --image flowers.safetensors --text mails.safetensors  with models of your own
using Microsoft.AspNetCore.Mvc;
using TransferLearning.Extensions.Hosting;
using WebService;

// The page lies beside the program, wherever it is started.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddImageClassifier(builder.Configuration["image"] ?? FirstModels.Image("output/image.safetensors"));
builder.Services.AddTextClassifier(builder.Configuration["text"] ?? FirstModels.Text("output/text.safetensors"));

var app = builder.Build();
app.UseDefaultFiles().UseStaticFiles();
app.MapHealthChecks("/health");

var predict = app.MapGroup("/predict").AddEndpointFilter<FailureFilter>();
predict.MapPost("/image", async (Stream photograph, IImageClassifier images, CancellationToken gone) =>
    (await images.PredictAsync(photograph, gone)).Top(5)).WithMetadata(new RequestSizeLimitAttribute(20 << 20));
predict.MapPost("/text", async (Stream text, ITextClassifier texts, CancellationToken gone) =>
{
    using var reader = new StreamReader(text);
    return (await texts.PredictAsync(await reader.ReadToEndAsync(gone), gone)).Top(5);
}).WithMetadata(new RequestSizeLimitAttribute(64 << 10));
app.MapGet("/classes", (IImageClassifier images, ITextClassifier texts) => new { Image = images.Labels, Text = texts.Labels });
app.Run();
