using System.Diagnostics;
using SkiaSharp;
using TransferLearning.TestKit;

namespace TransferLearning.Vision.Tests;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly byte[] Picture = Encode();
    private readonly string _root = Directory.CreateTempSubdirectory("images").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Classes_and_files_come_in_ordinal_order()
    {
        Add("tulip/b.png", "tulip/a.PNG", "tulip/more/c.png", "Rose/10.png", "Rose/9.png", "Rose/.hidden.png", ".git/x.png", "tulip/.cache/x.png");
        var data = ImageFolder.Open(_root);
        data.Targets.Names.Should().Equal("Rose", "tulip");
        data.Names.Select(n => Path.GetRelativePath(_root, n).Replace('\\', '/'))
            .Should().Equal("Rose/10.png", "Rose/9.png", "tulip/a.PNG", "tulip/b.png", "tulip/more/c.png");
        Labels(data).Should().Equal(0, 0, 1, 1, 1);
        data.Skipped.Should().BeEmpty();
    }

    [Fact]
    public void Files_that_are_no_images_are_listed()
    {
        Add("rose/a.png", "rose/readme.txt", "tulip/b.png", "labels.csv");
        ImageFolder.Open(_root).Skipped.Should().Equal(new SkippedItem(Path.Combine(_root, "rose", "readme.txt"), "It has no extension of images that can be read (.jpg, .jpeg, .png, .webp, .gif, .bmp)."));
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        ((Action)(() => ImageFolder.Open(Path.Combine(_root, "none")))).Should().Throw<DirectoryNotFoundException>().WithMessage("*none*");
        ((Action)(() => ImageFolder.Open(" "))).Should().Throw<ArgumentException>();
    }

    [SkippableFact]
    public void A_pipe_is_refused_without_waiting()
    {
        Skip.If(OperatingSystem.IsWindows(), "Its pipes are no files.");
        Add("rose/a.png", "tulip/a.png");
        Shell("mkfifo rose/pipe.png");
        ((Action)(() => ImageFolder.Open(_root))).Should().Throw<ImageFormatException>().WithMessage("*pipe.png*pipe or device*");
    }

    private void Shell(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = _root })!;
        shell.WaitForExit();
    }

    [Fact]
    public void A_folder_without_classes_is_refused()
    {
        Refused("*is empty: expected one sub-folder*");
        Add("a.png", "b.png");
        Refused("*holds 2 images but no class folders*sub-folder*");
    }

    [Fact]
    public void Images_outside_the_classes_are_refused_or_skipped()
    {
        Add("a.png", "rose/a.png", "tulip/a.png");
        Refused("*one image outside its class folders*a.png*");
        var data = ImageFolder.Open(_root, new() { FilesOutsideClasses = ProblemHandling.Skip });
        data.Count.Should().Be(2);
        data.Skipped.Should().ContainSingle().Which.Place.Should().Be(Path.Combine(_root, "a.png"));
    }

    [Fact]
    public void An_empty_class_is_refused_or_skipped()
    {
        Add("rose/a.png", "tulip/a.png", "aster/notes.txt");
        Refused("*class 'aster' has no image*EmptyClasses*");
        var data = ImageFolder.Open(_root, new() { EmptyClasses = ProblemHandling.Skip });
        data.Targets.Names.Should().Equal("rose", "tulip");
        data.Skipped.Select(s => s.Reason).Should().Contain("The class has no image.");
    }

    [Fact]
    public void A_broken_file_is_refused_or_skipped()
    {
        Add("rose/a.png", "rose/b.png", "tulip/a.png");
        var (broken, empty) = (Path.Combine(_root, "rose", "b.png"), Path.Combine(_root, "tulip", "b.png"));
        File.WriteAllBytes(broken, Picture[..^100]);
        File.WriteAllBytes(empty, []);

        ((Action)(() => ImageFolder.Open(_root))).Should().Throw<ImageFormatException>().WithMessage($"'{broken}' is truncated*Broken files in the folder: 2;*");
        var data = ImageFolder.Open(_root, new() { BrokenFiles = ProblemHandling.Skip });
        data.Count.Should().Be(2);
        data.Skipped.Select(s => s.Place).Should().Equal(broken, empty);
        data.Skipped[1].Reason.Should().Contain("is empty");

        ImageFolder.Open(_root, new() { Verify = false }).Count.Should().Be(4);
    }

    [Fact]
    public void A_class_that_has_only_broken_files_is_an_empty_class()
    {
        Add("rose/a.png", "tulip/a.png", "aster/a.png");
        File.WriteAllText(Path.Combine(_root, "aster", "a.png"), "no image");
        ((Action)(() => ImageFolder.Open(_root, new() { BrokenFiles = ProblemHandling.Skip })))
            .Should().Throw<ArgumentException>().WithMessage("The class 'aster' has no image*");
    }

    [Fact]
    public void A_folder_of_nothing_usable_is_refused_also_where_everything_is_skipped()
    {
        Add("rose/a.txt", "tulip/a.txt");
        ((Action)(() => ImageFolder.Open(_root, new() { EmptyClasses = ProblemHandling.Skip })))
            .Should().Throw<ArgumentException>().WithMessage("*holds no image that can be used*a.txt*");
    }

    [Fact]
    public void A_validation_folder_takes_the_classes_of_training()
    {
        Add("rose/a.png", "tulip/a.png");
        var data = ImageFolder.Open(_root, new() { ClassNames = ["tulip", "rose"] });
        data.Targets.Names.Should().Equal("tulip", "rose");
        Labels(data).Should().Equal(1, 0);

        ((Action)(() => ImageFolder.Open(_root, new() { ClassNames = ["rose", "aster"] })))
            .Should().Throw<ArgumentException>().WithMessage("*tulip' is of no known class; the classes are: rose, aster*");
        ((Action)(() => ImageFolder.Open(_root, new() { ClassNames = ["aster", "rose", "tulip"] })))
            .Should().Throw<ArgumentException>().WithMessage("The class 'aster' has no image*");
        ImageFolder.Open(_root, new() { ClassNames = ["aster", "rose", "tulip"], EmptyClasses = ProblemHandling.Skip })
            .Targets.Names.Should().Equal("aster", "rose", "tulip");
    }

    [SkippableFact]
    public void The_flowers_open()
    {
        var flowers = ImageFolder.Open(TestFiles.Data("flowers/val"), new() { Verify = false });
        flowers.Targets.Names.Should().Equal("daisy", "dandelion", "roses", "sunflowers", "tulips");
        Labels(flowers).CountBy(l => l).Should().OnlyContain(c => c.Value == 30);
    }

    [Fact]
    public void What_a_disk_station_and_a_Mac_leave_is_no_class_and_no_image()
    {
        Add("@eaDir/a.png", "__MACOSX/cat/a.png", "cat/a.png", "cat/._a.png", "dog/a.png");
        var data = ImageFolder.Open(_root);
        data.Targets.Names.Should().Equal("cat", "dog");
        data.Count.Should().Be(2);
        data.Skipped.Select(item => Path.GetFileName(item.Place)).Should().Equal("@eaDir", "__MACOSX", "._a.png");
    }

    [Fact]
    public void A_class_of_pictures_that_are_not_read_names_them()
    {
        Add("dog/a.png", "cat/a.heic", "cat/b.HEIC");
        Refused("*class 'cat' has no image in *but 'a.heic' and 1 more*no extension of images*");
    }

    [Fact]
    public void A_folder_of_splits_is_refused_by_itself()
    {
        Add("train/cat/a.png", "train/dog/a.png", "val/cat/a.png", "val/dog/a.png");
        Refused("*split into 'train', 'val'*");
        ImageFolder.Open(FolderSplits.Find(_root)!.Train).Targets.Names.Should().Equal("cat", "dog");
    }

    private static IReadOnlyList<int> Labels(ImageDataset data) => ((ClassTargets)data.Targets).Indices;

    private void Refused(string message) => ((Action)(() => ImageFolder.Open(_root))).Should().Throw<ArgumentException>().WithMessage(message);

    private void Add(params string[] files)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(_root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Picture);
        }
    }

    private static byte[] Encode()
    {
        using var bitmap = new SKBitmap(12, 10);
        for (var i = 0; i < 120; i++) bitmap.SetPixel(i % 12, i / 12, new SKColor((byte)(i * i), (byte)(i * 7), (byte)(i * 31)));
        return bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray();
    }
}
