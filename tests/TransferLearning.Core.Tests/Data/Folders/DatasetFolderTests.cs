using System.Diagnostics;
using TransferLearning.TestKit;

namespace TransferLearning.Core.Tests;

public sealed class DatasetFolderTests : IDisposable
{
    private static readonly FileKind Sounds = new("sound", ".wav", ".mp3");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Classes_and_files_come_in_ordinal_order_and_hidden_ones_are_passed_over()
    {
        Add("cow/b.wav", "cow/a.WAV", "cow/more/c.mp3", "Ape/10.wav", "Ape/9.wav", "Ape/.hidden.wav", ".git/x.wav", "cow/.cache/x.wav", "notes.csv");
        var folder = Open();
        folder.ClassNames.Should().Equal("Ape", "cow");
        folder.Files.Select(file => (Relative(file.Path), file.Class))
            .Should().Equal(
                ("Ape/10.wav", "Ape"), ("Ape/9.wav", "Ape"), ("cow/a.WAV", "cow"), ("cow/b.wav", "cow"), ("cow/more/c.mp3", "cow"));
        folder.Skipped.Should().BeEmpty();
    }

    [Fact]
    public void What_computers_leave_in_folders_is_no_class_and_no_file_and_is_listed()
    {
        Add("@eaDir/a.wav", "__MACOSX/cow/a.wav", "$recycle.bin/a.wav", "lost+found/a.wav", "System Volume Information/a.wav",
            "ape/a.wav", "ape/._a.wav", "ape/.DS_Store", "ape/THUMBS.DB", "ape/@eaDir/a.wav", "cow/a.wav", "cow/desktop.ini");
        var folder = Open();
        folder.ClassNames.Should().Equal("ape", "cow");
        folder.Files.Should().HaveCount(2);
        folder.Skipped.Select(item => Relative(item.Place)).Should().BeEquivalentTo(
            "@eaDir", "__MACOSX", "$recycle.bin", "lost+found", "System Volume Information", "ape/._a.wav", "ape/.DS_Store", "ape/THUMBS.DB", "ape/@eaDir", "cow/desktop.ini");
        folder.Skipped.Should().OnlyContain(item => item.Reason.StartsWith("It is no data"));
    }

    [Fact]
    public void Files_of_another_kind_are_listed_and_named_where_a_class_has_no_other()
    {
        Add("ape/a.wav", "ape/readme.txt", "cow/a.wav");
        Open().Skipped.Should().Equal(new SkippedItem(_folder.File(Path.Combine("ape", "readme.txt")),
            "It has no extension of sounds that can be read (.wav, .mp3).") { Kind = ".txt files" });

        Add("dog/a.flac", "dog/b.FLAC");
        Refused(
            "*class 'dog' has no sound in *dog', but 'a.flac' and 1 more: it has no extension of sounds that can be read (.wav, "
            + ".mp3). Add some*EmptyClasses to Skip.");
        var folder = Open(new() { EmptyClasses = ProblemHandling.Skip });
        folder.ClassNames.Should().Equal("ape", "cow");
        folder.Skipped[^1].Should().Be(new SkippedItem(_folder.File("dog"), "The class has no sound.") { Kind = "classes without sounds" });
    }

    [Fact]
    public void A_folder_without_classes_is_refused()
    {
        Refused("*is empty: expected one sub-folder with sounds*");
        Add("a.wav", "b.wav");
        Refused("*holds 2 sounds but no class folders*sub-folder*");
        FluentActions.Invoking(() => DatasetFolder.Open(_folder.File("none"), Sounds)).Should().Throw<DirectoryNotFoundException>()
            .WithMessage("*none*");
        FluentActions.Invoking(() => DatasetFolder.Open(" ", Sounds)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_single_class_is_refused()
    {
        Add("ape/a.wav");
        Refused("*sounds of one class only, 'ape'*at least two*");
        Add("cow/a.txt");
        FluentActions.Invoking(() => Open(new() { EmptyClasses = ProblemHandling.Skip })).Should().Throw<ArgumentException>()
            .WithMessage("*one class only*");
    }

    [Fact]
    public void Files_outside_the_classes_are_refused_or_skipped()
    {
        Add("a.wav", "ape/a.wav", "cow/a.wav");
        Refused("*one sound outside its class folders*a.wav*FilesOutsideClasses*");
        var folder = Open(new() { FilesOutsideClasses = ProblemHandling.Skip });
        folder.Files.Should().HaveCount(2);
        folder.Skipped.Should().ContainSingle().Which.Place.Should().Be(_folder.File("a.wav"));
    }

    [Fact]
    public void Given_classes_give_the_order_and_others_are_refused()
    {
        Add("ape/a.wav", "cow/a.wav");
        Open(new() { ClassNames = ["cow", "ape"] }).ClassNames.Should().Equal("cow", "ape");
        FluentActions.Invoking(() => Open(new() { ClassNames = ["ape", "dog"] })).Should().Throw<ArgumentException>()
            .WithMessage("*cow' is of no known class; the classes are: ape, dog*");
        FluentActions.Invoking(() => Open(new() { ClassNames = ["ape", "cow", "dog"] })).Should().Throw<ArgumentException>()
            .WithMessage("*'dog' has no sound*");
        Open(new() { ClassNames = ["dog", "cow", "ape"], EmptyClasses = ProblemHandling.Skip }).ClassNames.Should()
            .Equal("dog", "cow", "ape");
    }

    [Fact]
    public void Files_that_turn_out_broken_are_left_out_and_their_class_with_them()
    {
        Add("ape/a.wav", "cow/a.wav", "dog/a.wav", "dog/b.wav");
        var folder = Open(new() { EmptyClasses = ProblemHandling.Skip });
        var broken = folder.Without([new(folder.Files[0].Path, "It is silent.")]);
        broken.ClassNames.Should().Equal("cow", "dog");
        broken.Files.Should().Equal(folder.Files.Skip(1));
        broken.Skipped.Select(item => item.Reason).Should().Equal("It is silent.", "The class has no sound.");
        Open().Invoking(all => all.Without([new(folder.Files[0].Path, "It is silent.")])).Should().Throw<ArgumentException>()
            .WithMessage("*'ape' has no sound in *but 'a.wav': it is silent. Add*");
        folder.Invoking(all => all.Without([.. all.Files.Select(file => new SkippedItem(file.Path, "It is silent."))]))
            .Should().Throw<ArgumentException>().WithMessage("*holds no sound that can be used*a.wav*silent*");
    }

    [Fact]
    public void A_folder_of_splits_is_no_folder_of_classes()
    {
        Add("test/ape/a.wav", "test/cow/a.wav", "train/ape/a.wav", "train/cow/a.wav");
        Refused("*is split into 'test', 'train'*ClassNames*");
    }

    [SkippableFact]
    public void Links_to_folders_are_not_followed_inside_a_class()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        Add("ape/a.wav", "cow/a.wav");
        Directory.CreateSymbolicLink(_folder.File("ape/again"), _folder.Path);
        File.CreateSymbolicLink(_folder.File("ape/b.wav"), _folder.File("cow/a.wav"));
        Directory.CreateSymbolicLink(_folder.File("ox"), _folder.File("cow"));
        var folder = Open();
        folder.Files.Select(file => file.Class).Should().Equal("ape", "ape", "cow", "ox");
        folder.Skipped.Should().ContainSingle().Which.Reason.Should().Contain("link to a folder");
    }

    [SkippableTheory]
    [InlineData("mkdir \"$(printf 'dog\\377')\"", "*folder*dog*not UTF-8*Rename it*")]
    [InlineData("mkdir \"$(printf 'ape/dog\\377')\"", "*folder*ape*dog*not UTF-8*Rename it*")]
    [InlineData("touch \"$(printf 'ape/dog\\377.wav')\"", "*file*ape*dog*not UTF-8*Rename it*")]
    public void A_name_that_is_not_UTF8_is_named(string make, string message)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere all names are Unicode.");
        Add("ape/a.wav", "cow/a.wav");
        Shell(make);
        try
        {
            Refused(message);
        }
        finally
        {
            Shell("rm -r dog* ape");
        }
    }

    private void Shell(string command)
    {
        using var shell = Process.Start(
            new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = _folder.Path, RedirectStandardError = true })!;
        shell.WaitForExit();
    }

    private DatasetFolder Open(DatasetFolderOptions? options = null) => DatasetFolder.Open(_folder.Path, Sounds, options);

    private void Refused(string message) => FluentActions.Invoking(() => Open()).Should().Throw<ArgumentException>().WithMessage(message);

    private string Relative(string path) => Path.GetRelativePath(_folder.Path, path).Replace('\\', '/');

    private void Add(params string[] files)
    {
        foreach (var file in files) _folder.Write(file, "x");
    }
}
