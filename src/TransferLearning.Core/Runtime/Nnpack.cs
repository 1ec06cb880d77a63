using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>
/// NNPACK convolves small batches on some processors; on the others torch writes a warning for every convolution of a
/// single image. Without it an image is convolved alike whatever the size of its batch.
/// </summary>
internal static class Nnpack
{
    /// <summary>Turns NNPACK off where torch lets us: neither TorchSharp nor a script reaches the setting, but the symbols of Linux do.</summary>
    /// <param name="torch">Path of libtorch_cpu, already loaded; null where it is unknown.</param>
    public static unsafe void Disable(string? torch)
    {
        if (!OperatingSystem.IsLinux() || torch is null || !NativeLibrary.TryLoad(torch, out var library)) return;
        if (NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out var globalContext)
            && NativeLibrary.TryGetExport(library, "_ZN2at7Context20setUserEnabledNNPACKEb", out var setUserEnabled))
            ((delegate* unmanaged<nint, byte, void>)setUserEnabled)(((delegate* unmanaged<nint>)globalContext)(), 0);
    }
}
