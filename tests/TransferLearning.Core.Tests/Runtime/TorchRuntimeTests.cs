using TorchSharp;

namespace TransferLearning.Core.Tests.Runtime;

public class TorchRuntimeTests
{
    [Theory]
    [InlineData("cpu")]
    [InlineData(" CPU ")]
    public void ParseDevice_reads_the_cpu(string name) =>
        TorchRuntime.ParseDevice(name).type.Should().Be(DeviceType.CPU);

    [Fact]
    public void ParseDevice_auto_is_the_best_device() =>
        TorchRuntime.ParseDevice("auto").ToString().Should().Be(TorchRuntime.BestDevice.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:0:1")]
    [InlineData("cpu:0")]
    public void ParseDevice_refuses_other_names(string name) =>
        FluentActions.Invoking(() => TorchRuntime.ParseDevice(name)).Should().Throw<ArgumentException>()
            .WithMessage($"The device '{name}' is unknown: use auto, cpu, cuda or cuda:N.");

    [SkippableFact]
    public void ParseDevice_says_how_to_get_cuda_where_there_is_none()
    {
        Skip.If(torch.cuda.is_available(), "This machine has a CUDA device.");
        TorchRuntime.BestDevice.type.Should().Be(DeviceType.CPU);
        FluentActions.Invoking(() => TorchRuntime.ParseDevice("cuda:1")).Should().Throw<ArgumentException>()
            .WithMessage("*torch finds no CUDA device. Use 'auto' or 'cpu', or reference TorchSharp-cuda-*");
    }

    [SkippableFact]
    public void ParseDevice_counts_cuda_devices_from_zero()
    {
        Skip.IfNot(torch.cuda.is_available(), "This machine has no CUDA device.");
        TorchRuntime.ParseDevice("cuda").index.Should().Be(0);
        FluentActions.Invoking(() => TorchRuntime.ParseDevice("cuda:99")).Should().Throw<ArgumentException>()
            .WithMessage("The device 'cuda:99' is not available*");
    }
}
