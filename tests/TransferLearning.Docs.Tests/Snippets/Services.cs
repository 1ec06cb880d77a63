// snippet: services
using TransferLearning.Extensions.Hosting;
// end-snippet
using Microsoft.Extensions.DependencyInjection;

namespace Snippets;

internal static class Services
{
    public static void Add(IServiceCollection services)
    {
        // snippet: services
        services.AddImageClassifier("flowers.safetensors");
        services.AddTextClassifier("mails.safetensors");
        // end-snippet
    }

    public static void AddMore(IServiceCollection services)
    {
        // snippet: service-options
        services.AddKeyedTextClassifier("mails", "mails.safetensors", new() { QueueLimit = 1000, MaxWait = TimeSpan.FromSeconds(5) });
        services.AddKeyedTextClassifier("chats", "chats.safetensors", new() { LoadAtStart = false });
        // end-snippet
    }
}

// snippet: service-key
public sealed class Mailbox([FromKeyedServices("mails")] ITextClassifier mails)
{
    public async Task<string> FolderOf(string mail) => (await mails.PredictAsync(mail)).Best.Label;
}
// end-snippet
