using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TransferLearning.Text;

/// <summary>A number that is another one for other texts.</summary>
internal static class TextChecksum
{
    public static uint Of(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
        {
            hash.AppendData(BitConverter.GetBytes(text.Length));
            // As they are: of half a surrogate pair there is no UTF-8.
            hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
        }
        return BitConverter.ToUInt32(hash.GetHashAndReset());
    }
}
