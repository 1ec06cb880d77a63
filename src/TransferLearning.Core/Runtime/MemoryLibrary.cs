using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TransferLearning;

/// <summary>Loads a native library from memory on Linux, by way of an anonymous file that no folder shows.</summary>
internal static partial class MemoryLibrary
{
    private const uint CloseOnExec = 1;
    private const int Now = 2, Global = 0x100;

    /// <exception cref="DllNotFoundException">The system has no anonymous files, or the loader refuses the library; the message is the
    /// system's.</exception>
    public static nint Load(string name, ReadOnlySpan<byte> library) => NativeLibrary.Load(Write(name, library));

    /// <summary>
    /// Loads a library whose symbols every library that is loaded later finds before its own. False where the system cannot do that.
    /// </summary>
    public static bool TryShare(string name, ReadOnlySpan<byte> library)
    {
        try
        {
            return Open(Write(name, library), Now | Global) != 0;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    private static string Write(string name, ReadOnlySpan<byte> library)
    {
        var descriptor = CreateMemoryFile(name, CloseOnExec);
        if (descriptor < 0)
            throw new DllNotFoundException($"{name} cannot be loaded from memory: {Marshal.GetLastPInvokeErrorMessage()}.");
        // It stays open: the loader knows a library by its path, and another file of that number would be taken for this one.
        using var file = new SafeFileHandle(descriptor, ownsHandle: false);
        RandomAccess.Write(file, library, fileOffset: 0);
        return $"/proc/self/fd/{descriptor}";
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc.so.6", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int mode);
}
