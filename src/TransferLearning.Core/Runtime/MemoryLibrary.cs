using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TransferLearning;

/// <summary>Loads a native library from memory on Linux, by way of an anonymous file that no folder shows.</summary>
internal static partial class MemoryLibrary
{
    private const uint CloseOnExec = 1;
    private const int Now = 2, Global = 0x100;

    /// <exception cref="DllNotFoundException">The system has no anonymous files, or the loader refuses the library; the message is the system's.</exception>
    public static nint Load(string name, ReadOnlySpan<byte> library)
    {
        using var file = Write(name, library);
        return NativeLibrary.Load(PathOf(file));
    }

    /// <summary>Loads a library whose symbols every library that is loaded later finds before its own. False where the system cannot do that.</summary>
    public static bool TryShare(string name, ReadOnlySpan<byte> library)
    {
        try
        {
            using var file = Write(name, library);
            return Open(PathOf(file), Now | Global) != 0;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    private static SafeFileHandle Write(string name, ReadOnlySpan<byte> library)
    {
        var descriptor = CreateMemoryFile(name, CloseOnExec);
        if (descriptor < 0)
            throw new DllNotFoundException($"{name} cannot be loaded from memory: {Marshal.GetLastPInvokeErrorMessage()}.");
        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.Write(file, library, fileOffset: 0);
        return file;
    }

    private static string PathOf(SafeFileHandle file) => $"/proc/self/fd/{file.DangerousGetHandle()}";

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc.so.6", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int mode);
}
