using System.Text.Json;
using Snippets;
using TransferLearning.TestKit;

namespace TransferLearning.Docs.Tests;

public class ImagesPageTests
{
    private static readonly Page Images = Page.All.Single(page => page.Name == "docs/images.md");

    [Fact]
    public void Every_field_of_a_report_is_explained()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        try
        {
            CoreAlone.Run().Save(path);
            using var report = JsonDocument.Parse(File.ReadAllText(path));

            FieldNames(report.RootElement).Should().BeSubsetOf(Images.CodeSpans);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static IEnumerable<string> FieldNames(JsonElement element) => element.ValueKind switch
    {
        // The names within "trained" are those of layer groups.
        JsonValueKind.Object => element.EnumerateObject()
            .SelectMany(field => (field.Name == "trained" ? [] : FieldNames(field.Value)).Prepend(field.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(FieldNames),
        _ => [],
    };
}
