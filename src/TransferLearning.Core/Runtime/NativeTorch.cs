using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace TransferLearning;

/// <summary>
/// Finds and loads LibTorchSharp, the native half of TorchSharp. Where the runtime's own probing succeeds, nothing here runs.
/// Where it fails on Linux because the system's libstdc++ is older than the one LibTorchSharp was linked against
/// (Debian 12, Ubuntu 22.04), the library is loaded from memory with its unused version requirements weakened.
/// No file is changed or written and no environment variable is needed.
/// </summary>
internal static class NativeTorch
{
    private const string Library = "LibTorchSharp";

    // One copy per process, however many threads and assemblies ask for it.
    private static readonly Lazy<nint> Weakened = new(LoadWeakened);

    // A process that ended now would run the destructors of libraries that another thread is loading, and crash.
    private static readonly Lazy<Task> Ahead = new(() =>
    {
        var load = Task.Run(Load);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Task.WaitAny(load);
        return load;
    });

    /// <summary>
    /// Prepares allocator, threads and MKL, and answers the runtime's request for a LibTorchSharp that its own probing cannot load.
    /// </summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Torch may be touched before any other method of this library runs.")]
    internal static void Install()
    {
        NativeAllocator.KeepFreedMemory();
        NativeThreads.SleepSooner();
        Mkl.UseAvx512();
        AssemblyLoadContext.GetLoadContext(typeof(NativeTorch).Assembly)!.ResolvingUnmanagedDll +=
            (_, name) => name == Library ? Resolve() : 0;
    }

    /// <summary>
    /// Loads LibTorchSharp before torch asks for it. Torch's type initializer fails once and for ever, and before it does
    /// it may copy the native packages of the NuGet cache beside the application.
    /// </summary>
    /// <exception cref="DllNotFoundException">There is no native torch package, or its libraries cannot be loaded.</exception>
    public static void Load()
    {
        // Code that was compiled ahead of time does not ask the resolver, but finds by its name what the resolver has loaded from memory.
        if (!NativeLibrary.TryLoad(Library, TorchSharp, null, out var library) && Resolve() != Nothing)
            NativeLibrary.TryLoad(Library, TorchSharp, null, out library);
        if (library == 0 || library == Nothing) throw Failure();
        // NNPACK convolves small batches on some processors; on the others torch writes a warning for every convolution of a
        // single image. Without it an image is convolved alike whatever the size of its batch.
        TrySetContext("_ZN2at7Context20setUserEnabledNNPACKEb", false);
    }

    /// <summary>Begins to <see cref="Load"/> on a thread of the pool. Should it fail, the first use of torch says so.</summary>
    public static void LoadAhead() => _ = Ahead.Value;

    /// <summary>
    /// Changes a setting of torch's global context that neither TorchSharp nor a script reaches, by the mangled name of its setter.
    /// False where that is not possible: off Linux, where names are mangled otherwise.
    /// </summary>
    public static unsafe bool TrySetContext(string setter, bool value)
    {
        if (Context(setter) is not var (context, set)) return false;
        ((delegate* unmanaged<nint, byte, void>)set)(context, value ? (byte)1 : (byte)0);
        return true;
    }

    /// <summary>A setting of torch's global context, by the mangled name of its getter; null where that is not possible.</summary>
    public static unsafe bool? ReadContext(string getter) =>
        Context(getter) is var (context, get) ? ((delegate* unmanaged<nint, byte>)get)(context) != 0 : null;

    private static unsafe (nint Context, nint Function)? Context(string function) =>
        OperatingSystem.IsLinux() && Find("torch_cpu") is { } torch && NativeLibrary.TryLoad(torch, out var library)
            && NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out var globalContext)
            && NativeLibrary.TryGetExport(library, function, out var address)
            ? (((delegate* unmanaged<nint>)globalContext)(), address)
            : null;

    private static Assembly TorchSharp => typeof(torch).Assembly;

    // A library that holds no function of torch: the process itself.
    private static nint Nothing => NativeLibrary.GetMainProgramHandle();

    /// <summary>
    /// What is loaded where the runtime's own probing found no library that the system takes. Torch would end its first use with a list of
    /// all that it tried; so it is told that there is a library, and its first function ends with the sentence that says what to do.
    /// </summary>
    private static nint Resolve()
    {
        try
        {
            if (OperatingSystem.IsLinux() && Weakened.Value is not 0 and var library) return library;
        }
        catch (Exception)
        {
            // Failure() finds out again why the system does not take the library.
        }
        try
        {
            NativeLibrary.SetDllImportResolver(TorchSharp, (name, _, _) => name == Library ? throw Failure() : 0);
        }
        catch (InvalidOperationException)
        {
            // The application resolves torch's libraries itself, or this is not the first try.
        }
        return Nothing;
    }

    private static DllNotFoundException Failure()
    {
        if (Find("torch_cpu") is not { } torch) return new DllNotFoundException(Missing());
        try
        {
            NativeLibrary.Load(torch);
            NativeLibrary.Load(Path.Combine(Path.GetDirectoryName(Find(Library) ?? torch)!, NativeSearchPath.FileName(Library)));
            return new DllNotFoundException(Refused(Path.GetDirectoryName(torch)!));
        }
        catch (Exception reason)
        {
            return new DllNotFoundException(Refused(Path.GetDirectoryName(torch)!), reason);
        }
    }

    private static string? Find(string library) => NativeSearchPath.Find(NativeSearchPath.FileName(library), TorchSharp);

    private static nint LoadWeakened()
    {
        if (Find(Library) is not { } library || Find("torch_cpu") is not { } torch) return 0;

        // A library in memory has no folder to find its dependencies in, but it finds those that are loaded already.
        var folder = Path.GetDirectoryName(torch)!;
        foreach (var dependency in (string[])["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"])
            NativeLibrary.TryLoad(Path.Combine(folder, NativeSearchPath.FileName(dependency)), out _);

        var bytes = File.ReadAllBytes(library);
        ElfVersions.WeakenUnused(bytes);
        return MemoryLibrary.Load(Library, bytes);
    }

    private static string Missing()
    {
        var gpu = OperatingSystem.IsWindows() ? "TorchSharp-cuda-windows" : OperatingSystem.IsLinux() ? "TorchSharp-cuda-linux" : null;
        var supported = RuntimeInformation.ProcessArchitecture == (OperatingSystem.IsMacOS() ? Architecture.Arm64 : Architecture.X64);
        return !supported
            ? $"TorchSharp has no native libraries for this platform ({RuntimeInformation.RuntimeIdentifier}): " +
              "run the application as a 64-bit process on Windows x64, Linux x64 or macOS arm64."
            : "The native torch libraries are missing. Add them to the application's project with " +
              "'dotnet add package TorchSharp-cpu'" + (gpu is null ? "." : $", or for an NVIDIA GPU with 'dotnet add package {gpu}'.");
    }

    private static string Refused(string folder) =>
        $"The native torch libraries in '{folder}' cannot be loaded on this machine ({RuntimeInformation.RuntimeIdentifier}). " +
        (OperatingSystem.IsWindows()
            ? "Install the Microsoft Visual C++ Redistributable for Visual Studio 2015-2022 (x64)."
            : "The inner exception names the library or version that the system lacks.");
}
