using System.Security.Cryptography;
using System.Text;

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
            hash.AppendData(Encoding.UTF8.GetBytes(text));
        }
        return BitConverter.ToUInt32(hash.GetHashAndReset());
    }
}
