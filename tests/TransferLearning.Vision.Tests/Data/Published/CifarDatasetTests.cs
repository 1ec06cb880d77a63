using TransferLearning.TestKit;

namespace TransferLearning.Vision.Tests;

public sealed class CifarDatasetTests : IDisposable
{
    private const int Pixels = 3072;
    private readonly string _root = Directory.CreateTempSubdirectory("cifar").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("cifar-10-batches-bin")]
    public void Cifar10_is_read_from_its_folder_or_the_one_above(string place)
    {
        Ten(place);
        var (train, test) = CifarDataset.Open(_root);
        train.ClassNames.Should().Equal("airplane", "cat");
        train.Targets.Should().BeOfType<ClassTargets>().Which.Indices.Should().Equal(0, 1, 0, 1, 0, 1, 0, 1, 0, 1);
        test.Targets.Should().BeOfType<ClassTargets>().Which.Indices.Should().Equal(1);
    }

    [Fact]
    [NoTensorLeaks]
    public void Planes_become_pixels()
    {
        Ten("");
        var (_, test) = CifarDataset.Open(_root);
        var spec = new ImageSpec { Height = 32, Width = 32, ResizeSize = 32, Mean = [0, 0, 0], Std = [1, 1, 1] };
        using var batch = test.Prepare(spec).Load([0], default);
        var values = batch.Input.Values.data<float>().ToArray();
        values.Should().Equal(Record(1).Skip(1).Select(value => value / 255f));
    }

    [Fact]
    public void Cifar100_has_fine_and_coarse_classes()
    {
        Hundred();
        CifarDataset.Open(_root).Train.Targets.Should().BeOfType<ClassTargets>().Which.Indices.Should().Equal(2, 0);
        var (train, _) = CifarDataset.Open(_root, coarse: true);
        train.ClassNames.Should().Equal("fish", "fruit");
        train.Targets.Should().BeOfType<ClassTargets>().Which.Indices.Should().Equal(1, 0);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        Ten("");
        File.Delete(Path.Combine(_root, "data_batch_3.bin"));
        Refused<FileNotFoundException>("*lacks 'data_batch_3.bin'*");
        File.Delete(Path.Combine(_root, "test_batch.bin"));
        Refused<FileNotFoundException>("*neither CIFAR-10*nor CIFAR-100*");
    }

    [Fact]
    public void A_cut_file_is_named_with_the_place()
    {
        Ten("");
        Write("data_batch_2.bin", [.. Record(0), .. Record(1).Take(100)]);
        Refused<ImageFormatException>("*data_batch_2.bin'*3173 bytes*at byte 3073 is cut*");
        Write("data_batch_2.bin", []);
        Refused<ImageFormatException>("*data_batch_2.bin'*0 bytes*");
    }

    [Fact]
    public void A_label_without_a_class_is_named_with_the_place()
    {
        Ten("");
        Write("test_batch.bin", [.. Record(0), .. Record(9)]);
        Refused<ImageFormatException>("*test_batch.bin', byte 3073: the label 9 is none of the 2 classes*");
    }

    [Fact]
    public void Two_sets_and_coarse_classes_of_the_other_are_refused()
    {
        Ten("");
        FluentActions.Invoking(() => CifarDataset.Open(_root, coarse: true)).Should().Throw<ArgumentException>().WithMessage("*CIFAR-100's*");
        Hundred();
        Refused<ArgumentException>("*several sets*");
        FluentActions.Invoking(() => CifarDataset.Open(Path.Combine(_root, "none"))).Should().Throw<DirectoryNotFoundException>();
    }

    private void Ten(string place)
    {
        Directory.CreateDirectory(Path.Combine(_root, place));
        for (var i = 1; i <= 5; i++) Write(Path.Combine(place, $"data_batch_{i}.bin"), [.. Record(0), .. Record(1)]);
        Write(Path.Combine(place, "test_batch.bin"), Record(1));
        Write(Path.Combine(place, "batches.meta.txt"), "airplane\ncat\n\n"u8.ToArray());
    }

    private void Hundred()
    {
        Directory.CreateDirectory(Path.Combine(_root, "cifar-100-binary"));
        Write("cifar-100-binary/train.bin", [1, .. Record(2), 0, .. Record(0)]);
        Write("cifar-100-binary/test.bin", [1, .. Record(1)]);
        Write("cifar-100-binary/coarse_label_names.txt", "fish\nfruit\n"u8.ToArray());
        Write("cifar-100-binary/fine_label_names.txt", "ray\npear\napple\n"u8.ToArray());
    }

    private static byte[] Record(byte label) => [label, .. Enumerable.Range(0, Pixels).Select(i => (byte)(i * 7 + label))];

    private void Write(string name, byte[] content) => File.WriteAllBytes(Path.Combine(_root, name), content);

    private void Refused<T>(string message) where T : Exception =>
        FluentActions.Invoking(() => CifarDataset.Open(_root)).Should().Throw<T>().WithMessage(message);
}
