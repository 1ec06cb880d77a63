using System.Text.Json;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Weights in several files beside an index, <c>{"weight_map": {tensor: file}}</c>, as Hugging Face saves large models.</summary>
internal sealed class ShardedFile : WeightFile
{
    private const long MaxIndexLength = 100_000_000;

    private readonly Dictionary<string, WeightFile> _shards = [];
    private readonly Dictionary<string, string> _shardOf;
    private readonly OrderedDictionary<string, TensorInfo> _tensors = [];

    public ShardedFile(string path) : base(path, "sharded")
    {
        _shardOf = ReadIndex(path);
        try
        {
            foreach (var (name, file) in _shardOf)
            {
                if (!_shards.TryGetValue(file, out var shard)) _shards.Add(file, shard = OpenShard(path, file));
                _tensors.Add(name, shard.Tensors.TryGetValue(name, out var info)
                    ? info
                    : throw new WeightFormatException(path, $"says that '{file}' holds tensor '{name}', but it does not. Download "
                    + "index and shards again, of the same version."));
            }
        }
        catch
        {
            Close();
            throw;
        }
    }

    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    public override IReadOnlyDictionary<string, string> Metadata => _shards.Values.FirstOrDefault()?.Metadata ?? base.Metadata;

    protected override Tensor ReadCore(string name, TensorInfo info) => _shards[_shardOf[name]].Read(name);

    internal override Tensor Map(string name) => _shardOf.TryGetValue(name, out var shard) ? _shards[shard].Map(name) : Read(name);

    protected override void Close()
    {
        foreach (var shard in _shards.Values) shard.Dispose();
    }

    private static Dictionary<string, string> ReadIndex(string path)
    {
        if (new FileInfo(path).Length > MaxIndexLength) throw new WeightFormatException(path, "is too large for an index of shards.");
        Dictionary<string, string> shardOf = [];
        try
        {
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream, new() { AllowDuplicateProperties = false, MaxDepth = 8 });
            if (!document.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
                throw new WeightFormatException(
                    path, "is JSON but no index of shards: it has no \"weight_map\". Name the weight file itself.");
            foreach (var entry in map.EnumerateObject())
                shardOf.Add(
                    entry.Name, entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : entry.Value.GetRawText());
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new WeightFormatException(path, $"is not a valid index of shards: {exception.Message}. Download it again.", exception);
        }
        return shardOf;
    }

    private static WeightFile OpenShard(string path, string file)
    {
        if (string.IsNullOrEmpty(file) || file is "." or ".." || file.AsSpan().ContainsAny('/', '\\', ':') || file.Contains('\0'))
            throw new WeightFormatException(
                path, $"names the shard '{file}', which is no plain file name. Shards lie beside their index; nothing outside its "
                    + "folder is opened.");
        var shard = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path) ?? "", file);
        return File.Exists(shard)
            ? WeightFormat.OpenFile(shard, indexAllowed: false)
            : throw new FileNotFoundException(
                $"'{path}' names the shard '{file}', which is not there. Download all shards into the folder of the index.", shard);
    }
}
