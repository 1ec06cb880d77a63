using System.IO.MemoryMappedFiles;
using System.Text;

namespace TransferLearning.Api.Tests;

/// <summary>The file <c>last-call.txt</c> beside the tests: it names the call that ended the process, if one did.</summary>
internal static class LastCall
{
    private const int Size = 4096;

    private static readonly MemoryMappedViewAccessor View = MemoryMappedFile
        .CreateFromFile(Path.Combine(AppContext.BaseDirectory, "last-call.txt"), FileMode.Create, null, Size).CreateViewAccessor();

    public static void Write(string call)
    {
        var bytes = Encoding.UTF8.GetBytes(call.PadRight(Size)[..(Size / 4)]);
        View.WriteArray(0, bytes, 0, bytes.Length);
    }
}
