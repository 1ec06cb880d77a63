using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>What is asked of the C library that torch runs on. Each does nothing where that is another one.</summary>
internal static partial class Glibc
{
    /// <summary>Sets an option of the allocator (mallopt).</summary>
    public static void SetAllocatorOption(int option, int value) => Try(() => _ = SetOption(option, value));

    /// <summary>Gives free pages back to the system (malloc_trim).</summary>
    public static void ReleaseFreePages() => Try(() => _ = Trim(0));

    /// <summary>Sets a variable for native code, which .NET's own do not reach, unless it is set already.</summary>
    public static void SetDefaultVariable(string name, string value) => Try(() => _ = SetVariable(name, value, 0));

    /// <summary>
    /// Reads the pages of a mapped file at once (Linux 5.14 and later), which takes a fraction of the time that one after the other does
    /// when it is touched.
    /// </summary>
    public static void ReadPages(nint start, long length) => Try(() => _ = Advise(start, (nuint)length, PopulateRead));

    private static void Try(Action call)
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            call();
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library, with an allocator and threads of its own.
        }
    }

    private const int PopulateRead = 22;

    [LibraryImport("libc.so.6", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint keep);

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
