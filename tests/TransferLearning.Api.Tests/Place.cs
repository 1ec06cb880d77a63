using TransferLearning.TestKit;
using TransferLearning.Tokenizers;
using static TorchSharp.torch;

namespace TransferLearning.Api.Tests;

/// <summary>
/// A folder to run in, with files of every kind that calls read; nothing outside it is written, and nothing is downloaded.
/// </summary>
internal sealed class Place : IDisposable
{
    // Two pixels of 24 bits, side by side.
    private static readonly byte[] Bitmap =
        [.. "BM"u8, 62, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24,
        0, .. new byte[24], 1, 2, 3, 4, 5, 6, 0, 0];

    private readonly string _before = Directory.GetCurrentDirectory();
    private readonly TemporaryFolder _folder = new();

    public Place()
    {
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", "1");
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", _folder.File("hub"));
        Directory.SetCurrentDirectory(_folder.Path);
        foreach (var name in (string[])["a", "b"])
        {
            _folder.Write($"texts/{name}/1.txt", $"one {name}");
            _folder.Write($"texts/{name}/2.txt", $"two {name}");
            _folder.Write($"images/{name}/1.bmp", Bitmap);
            _folder.Write($"images/{name}/2.bmp", Bitmap);
        }
        _folder.Write("texts.csv", "text,label\none a,a\ntwo a,a\none b,b\ntwo b,b\n");
        _folder.Write("words.conll", "one O\na B-X\n\ntwo O\nb B-X\n");
        TinyText.Write(_folder.File("encoder"));
        _folder.Write("encoder/tokenizer.json", Tokenizer.Open(_folder.File("encoder")).ToJson());
        using var scope = NewDisposeScope();
        Safetensors.Write(_folder.File("weights.safetensors"), [KeyValuePair.Create("weight", ones(3, 3))]);
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _folder.Dispose();
    }
}
