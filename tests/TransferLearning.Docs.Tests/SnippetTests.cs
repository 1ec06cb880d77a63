namespace TransferLearning.Docs.Tests;

public class SnippetTests
{
    [Fact]
    public void Every_csharp_block_is_taken_from_a_compiled_file()
    {
        var faults = from page in Page.All
                     from block in page.Blocks
                     where block.Language == "csharp" || block.Source.Length > 0
                     let fault = Fault(block)
                     where fault is not null
                     select $"{page.Name}, line {block.Line}: {fault}";

        string.Join('\n', faults).Should().BeEmpty();
    }

    [Fact]
    public void Every_snippet_is_shown_on_a_page()
    {
        var shown = Page.All.SelectMany(page => page.Blocks).Select(block => block.Source).ToHashSet();

        SnippetSource.All.Keys.Should().OnlyContain(name => shown.Contains($"snippet: {name}"));
    }

    private static string? Fault(CodeBlock block) => block.Source.Split(": ") switch
    {
        ["snippet", var name] when !SnippetSource.All.ContainsKey(name) => $"there is no snippet '{name}'.",
        ["snippet", var name] => block.Lines.SequenceEqual(SnippetSource.All[name])
            ? null
            : $"the block differs from snippet '{name}'. Paste:\n{string.Join('\n', SnippetSource.All[name])}",
        ["quote", var file] => SnippetSource.FileHolds(file, block.Lines) ? null : $"'{file}' holds no such lines one after the other.",
        _ => "the block has no '<!-- snippet: name -->' or '<!-- quote: path -->' in the line above it.",
    };
}
