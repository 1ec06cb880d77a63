using System.Text;

namespace TransferLearning.Text;

/// <summary>Reads tokens as the bytes that their characters stand for; what is not UTF-8 becomes U+FFFD.</summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens)
    {
        List<byte> bytes = [];
        foreach (var token in tokens)
            if (!ByteAlphabet.TryDecode(token, bytes)) bytes.AddRange(Encoding.UTF8.GetBytes(token));
        return [Encoding.UTF8.GetString([.. bytes])];
    }
}
