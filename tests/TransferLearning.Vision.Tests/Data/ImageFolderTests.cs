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
        data.ClassNames.Should().Equal("Rose", "tulip");
        data.Names.Select(n => Path.GetRelativePath(_root, n).Replace('\\', '/'))
            .Should().Equal("Rose/10.png", "Rose/9.png", "tulip/a.PNG", "tulip/b.png", "tulip/more/c.png");
        data.Labels.Should().Equal(0, 0, 1, 1, 1);
        data.SkippedFiles.Should().BeEmpty();
    }

    [Fact]
    public void Files_that_are_no_images_are_listed()
    {
        Add("rose/a.png", "rose/readme.txt", "tulip/b.png", "labels.csv");
        ImageFolder.Open(_root).SkippedFiles.Should().Equal(new SkippedFile(Path.Combine(_root, "rose", "readme.txt"), "It has no extension of an image that can be read."));
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        ((Action)(() => ImageFolder.Open(Path.Combine(_root, "none")))).Should().Throw<DirectoryNotFoundException>().WithMessage("*none*");
        ((Action)(() => ImageFolder.Open(" "))).Should().Throw<ArgumentException>();
    }

    [SkippableFact]
    public void A_class_whose_name_is_not_UTF8_is_named()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere all names are Unicode.");
        Add("rose/a.png", "tulip/a.png");
        Shell("mkdir \"$(printf 'nelke\\377')\"");
        try
        {
            Refused("*nelke*not UTF-8*Rename it*");
        }
        finally
        {
            Shell("rmdir nelke*");
        }
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
    public void A_single_class_is_refused()
    {
        Add("rose/a.png");
        Refused("*one class only, 'rose'*at least two*");
    }

    [Fact]
    public void Images_outside_the_classes_are_refused_or_skipped()
    {
        Add("a.png", "rose/a.png", "tulip/a.png");
        Refused("*one image outside its class folders*a.png*");
        var data = ImageFolder.Open(_root, new() { ImagesOutsideClasses = ProblemHandling.Skip });
        data.Count.Should().Be(2);
        data.SkippedFiles.Should().ContainSingle().Which.Path.Should().Be(Path.Combine(_root, "a.png"));
    }

    [Fact]
    public void An_empty_class_is_refused_or_skipped()
    {
        Add("rose/a.png", "tulip/a.png", "aster/notes.txt");
        Refused("*class 'aster' has no image*EmptyClasses*");
        var data = ImageFolder.Open(_root, new() { EmptyClasses = ProblemHandling.Skip });
        data.ClassNames.Should().Equal("rose", "tulip");
        data.SkippedFiles.Select(s => s.Reason).Should().Contain("The class has no image.");
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
        data.SkippedFiles.Select(s => s.Path).Should().Equal(broken, empty);
        data.SkippedFiles[1].Reason.Should().Contain("is empty");

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
        data.ClassNames.Should().Equal("tulip", "rose");
        data.Labels.Should().Equal(1, 0);

        ((Action)(() => ImageFolder.Open(_root, new() { ClassNames = ["rose", "aster"] })))
            .Should().Throw<ArgumentException>().WithMessage("*tulip' is of no known class; the classes are: rose, aster*");
        ((Action)(() => ImageFolder.Open(_root, new() { ClassNames = ["aster", "rose", "tulip"] })))
            .Should().Throw<ArgumentException>().WithMessage("The class 'aster' has no image*");
        ImageFolder.Open(_root, new() { ClassNames = ["aster", "rose", "tulip"], EmptyClasses = ProblemHandling.Skip })
            .ClassNames.Should().Equal("aster", "rose", "tulip");
    }

    [SkippableFact]
    public void A_link_that_goes_round_in_circles_is_not_followed()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        Add("rose/a.png", "tulip/a.png");
        Directory.CreateSymbolicLink(Path.Combine(_root, "rose", "again"), _root);
        File.CreateSymbolicLink(Path.Combine(_root, "rose", "b.png"), Path.Combine(_root, "tulip", "a.png"));
        ImageFolder.Open(_root).Labels.Should().Equal(0, 0, 1);
    }

    [SkippableFact]
    public void The_flowers_open()
    {
        var flowers = ImageFolder.Open(TestFiles.Data("flowers/val"), new() { Verify = false });
        flowers.ClassNames.Should().Equal("daisy", "dandelion", "roses", "sunflowers", "tulips");
        flowers.Labels.CountBy(l => l).Should().OnlyContain(c => c.Value == 30);
    }

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
