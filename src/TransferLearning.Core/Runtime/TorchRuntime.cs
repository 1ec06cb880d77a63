using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>The native torch libraries and the devices they offer.</summary>
/// <remarks>
/// An application adds one native package beside this library: <c>TorchSharp-cpu</c>, <c>TorchSharp-cuda-linux</c> or
/// <c>TorchSharp-cuda-windows</c>. Nothing needs to be called before torch is used; <see cref="Initialize"/> only
/// turns a missing or unloadable package into an exception that says what to do.
/// </remarks>
public static class TorchRuntime
{
    /// <summary>Makes sure that the native torch libraries are loaded. May be called any number of times from any thread.</summary>
    /// <exception cref="DllNotFoundException">The application has no native torch package, or the machine cannot load it; the message names
    /// the package to add.</exception>
    public static void Initialize() => NativeTorch.Load();

    /// <summary>The first CUDA device where there is one, else the CPU.</summary>
    /// <exception cref="DllNotFoundException">As for <see cref="Initialize"/>.</exception>
    public static Device BestDevice => CudaDevices > 0 ? CUDA : CPU;

    /// <summary>
    /// The device of a name: <c>auto</c> (<see cref="BestDevice"/>), <c>cpu</c>, <c>cuda</c> (the first) or <c>cuda:N</c> (counted from 0).
    /// Case is ignored.
    /// </summary>
    /// <exception cref="ArgumentException">The name is none of these, or this machine has no such CUDA device.</exception>
    /// <exception cref="DllNotFoundException">As for <see cref="Initialize"/>.</exception>
    public static Device ParseDevice(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Trim().ToLowerInvariant().Split(':') switch
        {
            ["auto"] => BestDevice,
            ["cpu"] => CPU,
            ["cuda"] => Cuda(0),
            ["cuda", var index] when int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => Cuda(number),
            _ => throw new ArgumentException($"The device '{name}' is unknown: use auto, cpu, cuda or cuda:N."),
        };
    }

    private static Device Cuda(int index) => CudaDevices switch
    {
        0 => throw new ArgumentException(
            "The device 'cuda' is not available: torch finds no CUDA device. Use 'auto' or 'cpu', or reference " +
            $"TorchSharp-cuda-{(OperatingSystem.IsWindows() ? "windows" : "linux")} instead of TorchSharp-cpu on a machine with an "
            + "NVIDIA driver."),
        var count when index >= count => throw new ArgumentException(
            $"The device 'cuda:{index}' is not available: this machine has {count} CUDA device(s), counted from 0."),
        _ => device(DeviceType.CUDA, index),
    };

    private static int CudaDevices
    {
        get
        {
            Initialize();
            return cuda.is_available() ? cuda.device_count() : 0;
        }
    }
}
