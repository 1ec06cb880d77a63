using System.IO.Compression;
using System.Runtime.InteropServices;

namespace TransferLearning.Tests.Weights.PyTorch;

/// <summary>Bytes of whole checkpoints around a pickle.</summary>
internal static class TestCheckpoint
{
    public static byte[] Zip(byte[] pickle, params (string Key, byte[] Data)[] storages) =>
        Archive([("archive/data.pkl", pickle), .. storages.Select(storage => ($"archive/data/{storage.Key}", storage.Data))]);

    public static byte[] Archive((string Name, byte[] Data)[] entries, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, data) in entries)
            {
                using var stream = archive.CreateEntry(name, compression).Open();
                stream.Write(data);
            }
        return buffer.ToArray();
    }

    public static byte[] Legacy(byte[] pickle, params (string Key, long Count, byte[] Data)[] storages)
    {
        byte[] magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];
        var keys = new Pickle().Raw((byte)']').Mark();
        foreach (var storage in storages) keys.Text(storage.Key);
        return [
            .. magic, .. new Pickle().Integer(1001).ToArray(), .. new Pickle().Dict().ToArray(), .. pickle,
            .. keys.Raw((byte)'e').ToArray(),
            .. storages.SelectMany(storage => (byte[])[.. BitConverter.GetBytes(storage.Count), .. storage.Data])];
    }

    public static byte[] Floats(params float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
