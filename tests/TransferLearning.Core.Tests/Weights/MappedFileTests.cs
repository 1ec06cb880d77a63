using TemporaryFolder = TransferLearning.TestKit.TemporaryFolder;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Weights;

public sealed class MappedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IDisposable _scope = NewDisposeScope();
    private readonly string _path;

    public MappedFileTests()
    {
        _path = _folder.File("w.safetensors");
        TransferLearning.Safetensors.Write(_path, new Dictionary<string, Tensor>
        {
            ["floats"] = arange(6, ScalarType.Float32).view(2, 3), ["longs"] = arange(4, ScalarType.Int64), ["scalar"] = tensor(7f),
                ["empty"] = zeros(0, 3), ["half"] = ones(3, ScalarType.Float16),
        });
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Mapped_tensors_are_those_that_are_read()
    {
        using var file = WeightFile.Open(_path);
        foreach (var name in file.Tensors.Keys)
        {
            var (mapped, read) = (file.Map(name), file.Read(name));
            (mapped.dtype, string.Join(",", mapped.shape)).Should().Be((read.dtype, string.Join(",", read.shape)), name);
            mapped.eq(read).all().item<bool>().Should().BeTrue(name);
        }
        file.Invoking(it => it.Map("none")).Should().Throw<KeyNotFoundException>();
    }

    [SkippableFact]
    public void A_file_system_without_pages_is_found_out()
    {
        const string Unmappable = "/sys/kernel/mm/transparent_hugepage/enabled";
        Skip.IfNot(File.Exists(Unmappable), $"There is no '{Unmappable}', a file that cannot be mapped.");
        using var file = File.OpenRead(Unmappable);
        MappedFile.TryMap(file).Should().BeNull();
    }

    [Fact]
    public void A_change_stays_in_the_process()
    {
        var before = File.ReadAllBytes(_path);
        using (var file = WeightFile.Open(_path))
        {
            file.Map("floats").add_(1)[1, 2].item<float>().Should().Be(6);
            file.Map("floats")[1, 2].item<float>().Should().Be(6, "both lie on the same pages");
        }
        File.ReadAllBytes(_path).Should().Equal(before);
    }

    [Fact]
    public void They_outlive_the_open_file_and_its_replacement_and_then_give_the_pages_back()
    {
        Tensor mapped;
        using (var file = WeightFile.Open(_path)) mapped = file.Map("floats").DetachFromDisposeScope();
        TransferLearning.Safetensors.Write(_path, new Dictionary<string, Tensor> { ["floats"] = zeros(2, 3) });
        mapped.sum().item<float>().Should().Be(15);
        if (OperatingSystem.IsLinux()) Pages().Should().BePositive();
        mapped.Dispose();
        Pages().Should().Be(0);
    }

    [Fact]
    public void A_file_that_became_shorter_is_said_to()
    {
        using var file = WeightFile.Open(_path);
        using (var stream = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            stream.SetLength(new FileInfo(_path).Length - 1);
        file.Invoking(it => it.Tensors.Keys.Select(it.Map).ToList()).Should().Throw<WeightFormatException>().WithMessage("*shorter*");
    }

    [Fact]
    public void Nobody_writes_into_a_mapped_file()
    {
        using (var file = WeightFile.Open(_path)) file.Map("floats");
        FluentActions.Invoking(() => File.OpenWrite(_path)).Should().Throw<IOException>();
    }

    private int Pages() =>
        OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/self/maps").Count(line => line.Contains(_folder.Path, StringComparison.Ordinal))
            : 0;
}
