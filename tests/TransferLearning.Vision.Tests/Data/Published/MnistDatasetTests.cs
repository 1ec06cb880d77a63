using System.IO.Compression;
using TransferLearning.TestKit;

namespace TransferLearning.Vision.Tests;

public sealed class MnistDatasetTests : IDisposable
{
    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40];
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 0];
    private readonly string _root = Directory.CreateTempSubdirectory("mnist").FullName;

    public MnistDatasetTests()
    {
        foreach (var part in new[] { "train", "t10k" })
        {
            Write($"{part}-images-idx3-ubyte", Images);
            Write($"{part}-labels-idx1-ubyte", Labels);
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    [NoTensorLeaks]
    public void Plain_and_packed_files_are_read()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress)) gzip.Write(Images);
        File.Delete(Path.Combine(_root, "t10k-images-idx3-ubyte"));
        Write("t10k-images-idx3-ubyte.gz", packed.ToArray());
        var (train, test) = MnistDataset.Open(_root);
        foreach (var data in new[] { train, test })
        {
            data.Targets.Should().BeOfType<ClassTargets>().Which.Indices.Should().Equal(7, 0);
            var spec = new ImageSpec { Height = 1, Width = 2, ResizeSize = 1, Mean = [0, 0, 0], Std = [1, 1, 1] };
            using var batch = data.Prepare(spec).Load([1], default);
            batch.Input.Values.data<float>().ToArray()
                .Should().Equal(30 / 255f, 40 / 255f, 30 / 255f, 40 / 255f, 30 / 255f, 40 / 255f);
        }
        MnistDataset.Open(_root, [.. "abcdefgh".Select(letter => $"{letter}")]).Train.ClassNames.Should().HaveCount(8);
    }

    [Fact]
    public void Damaged_files_are_named_with_the_place()
    {
        Refused(Images[..^1], "*train-images*ends within item 1, which begins at byte 18*");
        Refused([.. Images, 1], "*goes on after its 2 items, at byte 20*");
        Refused(Images[..7], "*byte 0: the header*");
        Refused(Labels, "*byte 0: the header*");
        Refused([0, 0, 8, 3, 0, 0, 0, 2, 255, 255, 255, 255, 255, 255, 255, 255], "*2 x 4294967295 x 4294967295 bytes*");
        Refused([0, 0, 8, 3, 255, 255, 255, 255, 0, 0, 1, 0, 0, 0, 1, 0], "*ends within item 0*");
        Refused([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20], "*1 images*2 labels*");
    }

    [Fact]
    public void A_missing_or_broken_file_or_label_is_named()
    {
        Write("train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 7, 11]);
        Refused(Images, "*train-labels-idx1-ubyte', byte 9: the label 11 is none of the 10 classes*");
        File.Delete(Path.Combine(_root, "train-images-idx3-ubyte"));
        FluentActions.Invoking(() => MnistDataset.Open(_root)).Should().Throw<FileNotFoundException>().WithMessage("*lacks 'train-images*");
        Write("train-images-idx3-ubyte.gz", Images);
        FluentActions.Invoking(() => MnistDataset.Open(_root)).Should().Throw<ImageFormatException>().WithMessage("*no whole gzip file*");
    }

    private void Refused(byte[] images, string message)
    {
        Write("train-images-idx3-ubyte", images);
        FluentActions.Invoking(() => MnistDataset.Open(_root)).Should().Throw<ImageFormatException>().WithMessage(message);
    }

    private void Write(string name, byte[] content) => File.WriteAllBytes(Path.Combine(_root, name), content);
}
