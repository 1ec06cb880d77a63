namespace TransferLearning;

/// <summary>
/// Torch allocates and frees the same large blocks in every step. glibc gives such blocks back to the system at once, and the
/// system clears their pages anew the next time: most of the time of a convolutional network on the CPU.
/// </summary>
internal static class NativeAllocator
{
    private const int TrimThreshold = -1;
    private const int MmapMax = -4;
    private const int ArenaMax = -8;

    /// <summary>
    /// Lets the process keep freed blocks for the next step, and torch ask for huge pages. To be called before torch is loaded.
    /// Does nothing off glibc, where a MALLOC_ variable says what the user wants, or where the runtime option
    /// TransferLearning.KeepFreedMemory is false. Never throws.
    /// </summary>
    public static void KeepFreedMemory()
    {
        if (!IsOurs) return;
        Glibc.SetAllocatorOption(TrimThreshold, int.MaxValue);
        Glibc.SetAllocatorOption(MmapMax, 0);
        // An arena of a thread's own is too small for such blocks.
        Glibc.SetAllocatorOption(ArenaMax, 1);
        Glibc.SetDefaultVariable("THP_MEM_ALLOC_ENABLE", "1");
    }

    /// <summary>
    /// Gives back what lies free between blocks in use: glibc's aligned blocks leave holes that no block of the same size fits into,
    /// so the heap grows for some hundred steps. Costs some ten milliseconds, and as much again when the pages are used next.
    /// </summary>
    public static void ReleaseHoles()
    {
        if (IsOurs) Glibc.ReleaseFreePages();
    }

    private static bool IsOurs => !(AppContext.TryGetSwitch("TransferLearning.KeepFreedMemory", out var keep) && !keep)
        && !Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(name => name.StartsWith("MALLOC_", StringComparison.Ordinal));
}
