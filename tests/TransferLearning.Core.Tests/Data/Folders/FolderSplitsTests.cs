using TransferLearning.TestKit;

namespace TransferLearning.Core.Tests;

public sealed class FolderSplitsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train val test", "train", "val", "test")]
    [InlineData("Training Testing", "Training", null, "Testing")]
    [InlineData("TRAIN valid unlabelled", "TRAIN", "valid", null)]
    [InlineData("train dev eval", "train", "dev", "eval")]
    [InlineData("train", "train", null, null)]
    [InlineData("train __MACOSX", "train", null, null)]
    [InlineData("train validation", "train", "validation", null)]
    public void Splits_are_known_by_their_names(string folders, string train, string? validation, string? test)
    {
        Make(folders);
        var splits = FolderSplits.Find(_folder.Path);
        splits.Should().Be(new FolderSplits(_folder.File(train), validation is null ? null : _folder.File(validation), test is null ? null : _folder.File(test)));
        splits!.Measured.Should().Be(splits.Validation ?? splits.Test);
    }

    [Theory]
    [InlineData("train car ship")]
    [InlineData("rose tulip")]
    [InlineData("")]
    public void Classes_are_no_splits(string folders)
    {
        Make(folders);
        FolderSplits.Find(_folder.Path).Should().BeNull();
    }

    [Theory]
    [InlineData("val test", "*split into 'test', 'val'*none of them*'train'*")]
    [InlineData("train val validation", "*'val' and 'validation'*one purpose*")]
    public void Splits_of_no_clear_purpose_are_refused(string folders, string message)
    {
        Make(folders);
        FluentActions.Invoking(() => FolderSplits.Find(_folder.Path)).Should().Throw<ArgumentException>().WithMessage(message);
    }

    private void Make(string folders)
    {
        foreach (var name in folders.Split(' ', StringSplitOptions.RemoveEmptyEntries)) Directory.CreateDirectory(_folder.File(name));
    }
}
