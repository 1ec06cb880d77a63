using System.Reflection;
using System.Text.RegularExpressions;
using TransferLearning.Extensions.Hosting;
using TransferLearning.Networks;
using TransferLearning.Text;
using TransferLearning.Tokenizers;
using TransferLearning.Vision;

namespace TransferLearning.Docs.Tests;

public partial class ApiNameTests
{
    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;

    private static readonly ILookup<string, Type> Types =
        new[] { typeof(Trainer).Assembly, typeof(Graph).Assembly, typeof(ImageFolder).Assembly, typeof(TextFile).Assembly,
            typeof(Tokenizer).Assembly, typeof(IImageClassifier).Assembly }
        .SelectMany(assembly => assembly.GetExportedTypes())
        .ToLookup(type => type.Name.Split('`')[0]);

    [Fact]
    public void Every_member_that_a_page_names_exists()
    {
        var unknown = from page in Page.All
                      from span in page.CodeSpans
                      let name = QualifiedName().Match(span)
                      where name.Success && Types.Contains(name.Groups[1].Value)
                      where !Types[name.Groups[1].Value].Any(type => HasMember(type, name.Groups[2].Value))
                      select $"{page.Name}: {span}";

        string.Join('\n', unknown).Should().BeEmpty();
    }

    private static bool HasMember(Type type, string name) =>
        type.GetMember(name, Public).Length > 0 || type.GetInterfaces().Any(parent => parent.GetMember(name, Public).Length > 0);

    [GeneratedRegex(@"^(?:new )?([A-Z]\w*)\.([A-Z]\w*)")]
    private static partial Regex QualifiedName();
}
