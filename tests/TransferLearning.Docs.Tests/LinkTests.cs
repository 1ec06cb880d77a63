namespace TransferLearning.Docs.Tests;

public class LinkTests
{
    [Fact]
    public void Every_relative_link_leads_to_a_file_and_a_heading()
    {
        var pages = Page.All.ToDictionary(page => Path.GetFullPath(page.FullPath));
        var broken = from page in pages.Values
                     from link in page.Links
                     where !link.Contains("://", StringComparison.Ordinal)
                     let parts = link.Split('#')
                     let target = parts[0].Length == 0 ? page.FullPath : Path.Combine(Path.GetDirectoryName(page.FullPath)!, parts[0])
                     let path = Path.GetFullPath(target)
                     where !(File.Exists(path) || Directory.Exists(path))
                         || parts.Length > 1 && !(pages.TryGetValue(path, out var other) && other.Anchors.Contains(parts[1]))
                     select $"{page.Name}: {link}";

        string.Join('\n', broken).Should().BeEmpty();
    }
}
