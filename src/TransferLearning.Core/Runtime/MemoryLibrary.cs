using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TransferLearning;

/// <summary>Loads a native library from memory on Linux, by way of an anonymous file that no folder shows.</summary>
internal static partial class MemoryLibrary
{
    private const uint CloseOnExec = 1;

    /// <exception cref="DllNotFoundException">The system has no anonymous files, or the loader refuses the library; the message is the system's.</exception>
    public static nint Load(string name, ReadOnlySpan<byte> library)
    {
        var descriptor = CreateMemoryFile(name, CloseOnExec);
        if (descriptor < 0)
            throw new DllNotFoundException($"{name} cannot be loaded from memory: {Marshal.GetLastPInvokeErrorMessage()}.");
        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.Write(file, library, fileOffset: 0);
        return NativeLibrary.Load($"/proc/self/fd/{descriptor}");
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);
}
