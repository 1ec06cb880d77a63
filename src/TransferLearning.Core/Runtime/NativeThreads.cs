namespace TransferLearning;

/// <summary>
/// Torch's threads (libgomp) wait for each other by spinning, some thousand times in a training step. Where another program takes a
/// core away, the others spin until it is given back.
/// </summary>
internal static class NativeThreads
{
    // libgomp's own is 300,000. On a machine with nothing else to do this costs nothing that can be measured.
    private const string Spins = "2000";

    /// <summary>
    /// Lets threads sleep after a short spin. To be called before torch is loaded. Does nothing where OMP_WAIT_POLICY or GOMP_SPINCOUNT
    /// says what the user wants, or off Linux. Never throws.
    /// </summary>
    public static void SleepSooner()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null) Glibc.SetDefaultVariable("GOMP_SPINCOUNT", Spins);
    }
}
