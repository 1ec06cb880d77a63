using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>
/// Torch's threads (libgomp) wait for each other by spinning, some thousand times in a training step. Where another program takes a
/// core away, the others spin until it is given back: a step of a small text encoder took 5 s instead of 0.5 s.
/// </summary>
internal static partial class NativeThreads
{
    // Some ten microseconds; libgomp's own is a millisecond.
    private const string Spins = "2000";

    /// <summary>
    /// Lets threads sleep after a short spin. To be called before torch is loaded. Does nothing where OMP_WAIT_POLICY or GOMP_SPINCOUNT
    /// says what the user wants, or off Linux. Never throws.
    /// </summary>
    public static void SleepSooner()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not null) return;
        try
        {
            _ = SetVariable("GOMP_SPINCOUNT", Spins, 0);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library, with threads of its own.
        }
    }

    // .NET's own variables do not reach native code.
    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
