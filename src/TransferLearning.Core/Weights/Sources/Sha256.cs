using System.Security.Cryptography;

namespace TransferLearning;

/// <summary>Checksums of files as the hub and the weights packages give them.</summary>
internal static class Sha256
{
    /// <summary>64 lower-case hexadecimal digits.</summary>
    public static async Task<string> OfFileAsync(string path, CancellationToken cancellationToken)
    {
        var stream = File.OpenRead(path);
        await using (stream.ConfigureAwait(false))
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
    }

    public static bool IsDigest(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);

    /// <summary>The file's checksum.</summary>
    /// <exception cref="WeightFormatException">It is not the expected one; null expects nothing.</exception>
    public static async Task<string> VerifyAsync(string path, string? expected, string cure, CancellationToken cancellationToken)
    {
        var actual = await OfFileAsync(path, cancellationToken).ConfigureAwait(false);
        return expected is null || actual.Equals(expected, StringComparison.OrdinalIgnoreCase)
            ? actual
            : throw new WeightFormatException(
                path, $"has the SHA-256 {actual}, but {expected} was expected: it is damaged or another file. {cure}");
    }
}
