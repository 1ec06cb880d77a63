using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>
/// Torch allocates and frees the same large blocks in every step. glibc gives such blocks back to the system at once, and the
/// system clears their pages anew the next time: a third or more of the time of a convolutional network on the CPU.
/// </summary>
internal static partial class NativeAllocator
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    /// <summary>
    /// Lets the process keep freed blocks for the next step. Does nothing off glibc, where a MALLOC_ variable of glibc says what
    /// the user wants, or where the runtime option TransferLearning.KeepFreedMemory is false.
    /// </summary>
    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux() || AppContext.TryGetSwitch("TransferLearning.KeepFreedMemory", out var keep) && !keep) return;
        if (Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(name => name.StartsWith("MALLOC_", StringComparison.Ordinal))) return;
        try
        {
            _ = SetOption(MmapThreshold, 1 << 30);
            _ = SetOption(TrimThreshold, int.MaxValue);
            _ = SetOption(TopPad, 1 << 26);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, with an allocator of its own.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
