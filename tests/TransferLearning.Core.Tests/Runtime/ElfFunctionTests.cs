using System.Runtime.InteropServices;

namespace TransferLearning.Core.Tests.Runtime;

public sealed unsafe class ElfFunctionTests
{
    // mov eax, 42; ret
    private static ReadOnlySpan<byte> Answer => [0xB8, 42, 0, 0, 0, 0xC3];

    [SkippableFact]
    public void The_loader_finds_the_function_and_it_runs()
    {
        SkipElsewhere();
        var library = MemoryLibrary.Load("answer", ElfFunction.Library("transferlearning_answer", Answer));
        Call(NativeLibrary.GetExport(library, "transferlearning_answer")).Should().Be(42);
        NativeLibrary.TryGetExport(library, "another", out _).Should().BeFalse();
    }

    [SkippableFact]
    public void A_shared_function_is_found_in_the_whole_process()
    {
        SkipElsewhere();
        var process = NativeLibrary.GetMainProgramHandle();
        NativeLibrary.TryGetExport(process, "transferlearning_shared", out _).Should().BeFalse();
        MemoryLibrary.TryShare("shared", ElfFunction.Library("transferlearning_shared", Answer)).Should().BeTrue();
        Call(NativeLibrary.GetExport(process, "transferlearning_shared")).Should().Be(42);
    }

    [SkippableFact]
    public void A_damaged_library_is_not_shared()
    {
        SkipElsewhere();
        MemoryLibrary.TryShare("damaged", [1, 2, 3]).Should().BeFalse();
    }

    private static int Call(nint function) => ((delegate* unmanaged<int>)function)();

    private static void SkipElsewhere() =>
        Skip.IfNot(
            OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "The code is for Linux on x86.");
}
