using TransferLearning.TestKit;

namespace TransferLearning.Tests.Weights;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.File("model.safetensors");

    public void Dispose() => _folder.Dispose();

    private string[] Names => [.. Directory.GetFiles(_folder.Path).Select(file => Path.GetFileName(file)).Order()];

    [Fact]
    public void What_a_killed_process_left_is_removed_at_the_next_save_of_that_file()
    {
        _folder.Write($"model.safetensors.{Guid.NewGuid():N}.tmp", "half"u8);
        var other = Path.GetFileName(_folder.Write($"other.safetensors.{Guid.NewGuid():N}.tmp", "half"u8));
        _folder.Write("model.safetensors.original.tmp", "the user's"u8);
        AtomicFile.Write(Model, stream => stream.Write("whole"u8));
        Names.Should().Equal("model.safetensors", "model.safetensors.original.tmp", other);
    }

    [Fact]
    public void What_a_living_process_writes_is_not_removed()
    {
        AtomicFile.Write(Model, outer =>
        {
            outer.Write(new byte[1 << 20]);
            AtomicFile.Write(Model, inner => inner.Write("inner"u8));
            File.ReadAllText(Model).Should().Be("inner");
        });
        Names.Should().Equal("model.safetensors");
        new FileInfo(Model).Length.Should().Be(1 << 20);
    }

    [Fact]
    public void A_failure_leaves_what_was_there_and_nothing_else()
    {
        _folder.Write("model.safetensors", "before"u8);
        FluentActions.Invoking(() => AtomicFile.Write(Model, stream =>
        {
            stream.Write("half"u8);
            throw new IOException("full");
        })).Should().Throw<IOException>();
        Names.Should().Equal("model.safetensors");
        File.ReadAllText(Model).Should().Be("before");
    }
}
