using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Tensors on the pages of a file, which are read when they are first touched and shared with other processes: nothing is copied.
/// A change copies its page and stays in this process. The pages are given back when the last tensor on them is gone.
/// </summary>
internal sealed unsafe partial class MappedFile
{
    private delegate void Deleter(nint data);

    private readonly FileStream _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly Deleter _release;
    private GCHandle _untilReleased;
    private int _users = 1;

    private MappedFile(FileStream file)
    {
        _file = file;
        using var mapping = MemoryMappedFile.CreateFromFile(
            file, mapName: null, capacity: 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: true);
        _view = mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.CopyOnWrite);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        Glibc.ReadPages((nint)_start, file.Length);
        _release = _ => Release();
        // Torch holds a pointer to the delegate, which the garbage collector does not see.
        _untilReleased = GCHandle.Alloc(_release);
    }

    /// <summary>
    /// Maps a file and takes it over: it stays open as long as its pages are used, so that .NET programs cannot write into it.
    /// Call <see cref="Release"/> when no further tensor is wanted. Null where its file system has no pages to give, as some over a
    /// network.
    /// </summary>
    public static MappedFile? TryMap(FileStream file)
    {
        try
        {
            return new MappedFile(file);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether files are mapped at all. Windows lets nobody replace a file while it is, and a program replaces the model that it has loaded
    /// when it has trained a better one.
    /// </summary>
    public static bool IsSupported => !OperatingSystem.IsWindows();

    /// <summary>A tensor on the pages from an offset on, which is a multiple of the elements' size. The caller owns it.</summary>
    public Tensor Tensor(long offset, ScalarType type, long[] shape)
    {
        Interlocked.Increment(ref _users);
        fixed (long* sizes = shape)
        {
            var tensor = New(
                (nint)(_start + offset), Marshal.GetFunctionPointerForDelegate(_release), (nint)sizes, shape.Length, (sbyte)type, (sbyte)type, 0, -1, 0);
            return torch.Tensor.UnsafeCreateTensor(tensor);
        }
    }

    /// <summary>Gives the pages back as soon as no tensor is on them.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) > 0) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
        _untilReleased.Free();
    }

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_new")]
    private static partial nint New(
        nint data, nint deleter, nint sizes, int dimensions, sbyte type, sbyte resultType, int deviceType, int deviceIndex, byte requiresGradient);
}
