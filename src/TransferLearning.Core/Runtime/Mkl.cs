using System.Runtime.Intrinsics.X86;

namespace TransferLearning;

/// <summary>
/// MKL, which multiplies matrices for torch on x86, uses AVX-512 on Intel's processors alone. On others that have it, AMD's since Zen 4,
/// it stays at less than half of what they can do.
/// </summary>
internal static class Mkl
{
    private const string VendorQuestion = "mkl_serv_intel_cpu_true";

    /// <summary>
    /// Answers MKL's question for the vendor with yes where the processor has the instructions: the function that asks is found in the
    /// process before MKL's own. To be called before torch is loaded. Does nothing off Linux, or where MKL_ENABLE_INSTRUCTIONS or MKL_CBWR
    /// says what the user wants. Never throws.
    /// </summary>
    public static void UseAvx512()
    {
        if (!OperatingSystem.IsLinux() || !Avx512F.X64.IsSupported || !Avx512BW.IsSupported || !Avx512DQ.IsSupported || IsIntel
            || IsSetByUser)
            return;
        // mov eax, 1; ret
        MemoryLibrary.TryShare(VendorQuestion, ElfFunction.Library(VendorQuestion, [0xB8, 1, 0, 0, 0, 0xC3]));
    }

    // The first four of the letters GenuineIntel.
    private static bool IsIntel => X86Base.CpuId(0, 0).Ebx == 0x756E6547;

    private static bool IsSetByUser =>
        (Environment.GetEnvironmentVariable("MKL_ENABLE_INSTRUCTIONS") ?? Environment.GetEnvironmentVariable("MKL_CBWR")) is not null;
}
