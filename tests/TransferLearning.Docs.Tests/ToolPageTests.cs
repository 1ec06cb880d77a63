using System.Text.RegularExpressions;
using TransferLearning.TestKit;

namespace TransferLearning.Docs.Tests;

/// <summary>docs/tool.md explains every option that the tool has.</summary>
public partial class ToolPageTests
{
    [Fact]
    public void Every_option_of_the_tool_is_explained()
    {
        var commands = Directory.GetFiles(Path.Combine(TestFiles.Repository, "src", "TransferLearning.Tool", "Commands"), "*.cs");
        var options = commands.SelectMany(file => Option().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value)
            .Distinct();

        options.Should().HaveCountGreaterThan(20).And.OnlyContain(option => Explained.Contains(option));
    }

    private static string Explained { get; } = File.ReadAllText(Path.Combine(TestFiles.Repository, "docs", "tool.md"));

    [GeneratedRegex(@"\(""(--[\w-]+)""")]
    private static partial Regex Option();
}
