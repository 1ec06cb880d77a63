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
        Add("rose/a.png", "tulip/b.png");
        Write("rose/readme.txt", "BM is no bitmap"u8);
        Write("labels.csv", "a,b"u8);
        ImageFolder.Open(_root).Skipped.Should().Equal(
            new SkippedItem(Path.Combine(_root, "rose", "readme.txt"),
                "It has no extension of images that can be read (.jpg, .jpeg, .jpe, .jfif, .jif, .png, .webp, .gif, .bmp).") { Kind =
                ".txt files" });
    }

    [Fact]
    public void Images_of_any_name_are_taken_by_their_content()
    {
        Add("rose/a.JFIF", "rose/b.jpe", "rose/c.jif", "rose/no-extension", "rose/d.tmp", "rose/IMG_1.HEIC", "tulip/a.png");
        var data = ImageFolder.Open(_root);
        data.Count.Should().Be(7);
        data.Skipped.Should().BeEmpty();
        Add("loose");
        Refused("*one image outside its class folders*loose*");
    }

    [Theory]
    [InlineData("a.heic", "\0\0\0\u0018ftypheic\0\0\0\0", "HEIC")]
    [InlineData("a.heif", "\0\0\0\u0018ftypmif1\0\0\0\0", "HEIC")]
    [InlineData("a.avif", "\0\0\0\u0018ftypavif\0\0\0\0", "AVIF")]
    [InlineData("a.mov", "\0\0\0\u0018ftypqt  \0\0\0\0", "video")]
    [InlineData("a.tif", "II*\0\0\0\0\0\0\0\0\0", "TIFF")]
    [InlineData("a.psd", "8BPS\0\u0001\0\0\0\0\0\0", "Photoshop")]
    [InlineData("a.jp2", "\0\0\0\u000cjP  \0\0\0\0", "JPEG 2000")]
    [InlineData("a.jxl", "\0\0\0\u000cJXL \0\0\0\0", "JPEG XL")]
    public void Pictures_that_are_not_read_are_named_by_their_format(string name, string content, string format)
    {
        Add("rose/b.png", "tulip/a.png");
        Write($"rose/{name}", [.. content.Select(c => (byte)c)]);
        ImageFolder.Open(_root).Skipped.Should().ContainSingle().Which.Should()
            .Match<SkippedItem>(item => item.Kind == $"{format} files" && item.Reason.StartsWith($"It is a {format} file"));
        File.Delete(Path.Combine(_root, "rose", "b.png"));
        Refused($"*class 'rose' has no image*but '{name}'*it is a {format} file*");
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
        Add("rose/a.png", "tulip/a.png");
        Write("aster/notes.txt", "notes"u8);
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

        ((Action)(() => ImageFolder.Open(_root))).Should().Throw<ImageFormatException>()
            .WithMessage($"'{broken}' is truncated*Broken files in the folder: 2;*");
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
        Write("rose/a.txt", "a"u8);
        Write("tulip/a.txt", "b"u8);
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
        Add("dog/a.png");
        Write("cat/a.heic", "no picture"u8);
        Write("cat/b.HEIC", "no picture"u8);
        Refused("*class 'cat' has no image in *but 'a.heic' and 1 more*no extension of images*");
    }

    [Fact]
    public void A_folder_of_splits_is_refused_by_itself()
    {
        Add("train/cat/a.png", "train/dog/a.png", "val/cat/a.png", "val/dog/a.png");
        Refused("*split into 'train', 'val'*");
        ImageFolder.Open(FolderSplits.Find(_root)!.Train).Targets.Names.Should().Equal("cat", "dog");
    }

    [Fact]
    public void A_class_in_another_Unicode_form_is_told_from_that_of_training()
    {
        Add("cafe\u0301/a.png", "dog/a.png");
        ((Action)(() => ImageFolder.Open(_root, new() { ClassNames = ["caf\u00e9", "dog"] })))
            .Should().Throw<ArgumentException>()
                .WithMessage("*'caf\u00e9' and 'cafe\u0301' differ in their Unicode form (U+00E9 against U+0065 in place 4).*");
    }

    [Fact]
    public void Classes_one_folder_further_down_are_pointed_at()
    {
        Add("photos/cat/a.png", "photos/dog/a.png");
        Refused("*one class only, 'photos'*open '*photos'.");
    }

    private static IReadOnlyList<int> Labels(ImageDataset data) => ((ClassTargets)data.Targets).Indices;

    private void Refused(string message) =>
        ((Action)(() => ImageFolder.Open(_root))).Should().Throw<ArgumentException>().WithMessage(message);

    private void Add(params string[] files)
    {
        foreach (var file in files) Write(file, Picture);
    }

    private void Write(string file, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    private static byte[] Encode()
    {
        using var bitmap = new SKBitmap(12, 10);
        for (var i = 0; i < 120; i++) bitmap.SetPixel(i % 12, i / 12, new SKColor((byte)(i * i), (byte)(i * 7), (byte)(i * 31)));
        return bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray();
    }
}
