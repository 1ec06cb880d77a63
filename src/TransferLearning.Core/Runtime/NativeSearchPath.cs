using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>The folders in which the native libraries of a .NET application lie.</summary>
internal static class NativeSearchPath
{
    /// <summary>The platform's file name of a library, such as <c>libtorch_cpu.so</c> for <c>torch_cpu</c>.</summary>
    public static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    /// <summary>Full path of a native library that <paramref name="assembly"/> uses; null where no folder holds it.</summary>
    public static string? Find(string file, Assembly assembly) =>
        Folders(assembly).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "An assembly inside a single file has no folder, and the folder is then passed over.")]
    private static IEnumerable<string> Folders(Assembly assembly)
    {
        // Files in the output folder of a build for one platform; empty for an assembly inside a single-file application.
        string[] roots = [Path.GetDirectoryName(assembly.Location) ?? "", AppContext.BaseDirectory];
        foreach (var root in roots.Where(root => root.Length > 0).Distinct())
        {
            yield return root;
            yield return Path.Combine(root, "runtimes", PortableRuntimeIdentifier, "native");
        }

        // Where the host found them through the application's .deps.json: its own folders or those of the NuGet cache.
        var host = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        foreach (var folder in host.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)) yield return folder;
    }

    private static string PortableRuntimeIdentifier =>
        (OperatingSystem.IsWindows() ? "win-" : OperatingSystem.IsMacOS() ? "osx-" : "linux-") +
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
}
