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
        splits!.Should().BeEquivalentTo(new FolderSplits(_folder.File(train), At(validation), At(test)), options =>
            options.Excluding(one => one.Unused));
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

    [Fact]
    public void What_a_run_leaves_alone_is_listed()
    {
        Make("train val test models");
        FolderSplits.Find(_folder.Path)!.Unused.Select(item => (item.Place, item.Kind)).Should()
            .Equal((_folder.File("test"), "test sets"), (_folder.File("models"), "entries beside the splits"));
        Directory.Delete(_folder.File("val"));
        FolderSplits.Find(_folder.Path)!.Unused.Should().ContainSingle();
    }

    [Fact]
    public void A_single_folder_around_the_splits_is_looked_into()
    {
        Make("images/train images/val @eaDir");
        FolderSplits.Find(_folder.Path)!.Train.Should().Be(_folder.File(Path.Combine("images", "train")));
    }

    [Theory]
    [InlineData("train.csv test.csv", "train.csv", "test.csv")]
    [InlineData("Train.CSV dev.jsonl readme.md", "Train.CSV", "dev.jsonl")]
    [InlineData("train.csv", "train.csv", null)]
    public void Files_may_be_splits(string files, string train, string? measured)
    {
        foreach (var file in files.Split(' ')) _folder.Write(file, "");
        FolderSplits.Find(_folder.Path).Should().BeNull();
        var splits = FolderSplits.Find(_folder.Path, new FileKind("table", ".csv", ".jsonl"))!;
        (splits.Train, splits.Measured).Should().Be((_folder.File(train), At(measured)));
    }

    [Fact]
    public void A_folder_is_known_by_its_whole_name()
    {
        Make("train.old test.old");
        FolderSplits.Find(_folder.Path).Should().BeNull();
    }

    private string? At(string? name) => name is null ? null : _folder.File(name);

    private void Make(string folders)
    {
        foreach (var name in folders.Split(' ', StringSplitOptions.RemoveEmptyEntries)) Directory.CreateDirectory(_folder.File(name));
    }
}
