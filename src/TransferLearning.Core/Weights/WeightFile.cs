using System.Collections.ObjectModel;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// An open file of named tensors: safetensors or a PyTorch checkpoint, in one file or in shards. Nothing in it is ever executed.
/// Reading is thread-safe.
/// </summary>
/// <remarks>Another format is a class derived from it, which <see cref="WeightLoader"/> and the loaders of backbones take.</remarks>
public abstract class WeightFile : IDisposable
{
    /// <summary>A file that the derived class has opened.</summary>
    /// <param name="path">As the caller gave it.</param>
    /// <param name="format">Name of the format, for people.</param>
    protected WeightFile(string path, string format)
    {
        Path = path;
        Format = format;
    }

    /// <summary>
    /// Opens a file and checks its directory of tensors; their data is read later. The content decides, not the extension:
    /// safetensors, a PyTorch checkpoint (zip, or the form before PyTorch 1.6), or the index of a sharded file
    /// (<c>model.safetensors.index.json</c>, <c>pytorch_model.bin.index.json</c>).
    /// In a folder it opens what <see cref="Find"/> finds there.
    /// </summary>
    /// <remarks>
    /// A checkpoint's state dict is chosen so: while the outermost dictionary holds, under one of the names
    /// state_dict, model_state_dict, model_state, model, net, network, module, weights, params, state_dict_ema, model_ema, ema
    /// (the first that fits), a dictionary with tensors, that is taken and the rest is left out. Then names of nested
    /// dictionaries and lists are joined by dots. A tensor without a name is called "tensor".
    /// </remarks>
    /// <exception cref="FileNotFoundException">There is no such file, or no weight file in the folder.</exception>
    /// <exception cref="WeightFormatException">The file is damaged, of another format, or asks for code to be run.</exception>
    public static WeightFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return WeightFormat.Open(path);
    }

    /// <summary>
    /// The weight file of a folder: the first of <c>model.safetensors</c>, its index, <c>pytorch_model.bin</c>, its index; else the only
    /// <c>.safetensors</c>, or where there is none the only <c>.pth</c>, <c>.pt</c>, <c>.bin</c>. Null where there is none, or several.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static string? Find(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return WeightFolder.Find(folder);
    }

    /// <summary>Full or relative path, as opened.</summary>
    public string Path { get; }

    /// <summary>Such as <c>"safetensors"</c> or <c>"PyTorch zip"</c>.</summary>
    public string Format { get; }

    /// <summary>The tensors by name, in the order of the file.</summary>
    public abstract IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>How many numbers its tensors hold together; not exact above 2^53.</summary>
    public double ElementCount => Tensors.Values.Sum(tensor => tensor.Shape.Aggregate(1.0, (count, size) => count * size));

    /// <summary>What <c>__metadata__</c> of a safetensors file holds; empty elsewhere.</summary>
    public virtual IReadOnlyDictionary<string, string> Metadata => ReadOnlyDictionary<string, string>.Empty;

    /// <summary>
    /// Reads a tensor: a new contiguous CPU tensor in the file's type, which the caller owns
    /// (inside a dispose scope: the scope does, as with every new tensor).
    /// </summary>
    /// <exception cref="KeyNotFoundException">The file has no such tensor.</exception>
    /// <exception cref="NotSupportedException">TorchSharp has no such element type.</exception>
    /// <exception cref="WeightFormatException">The tensor's data is damaged.</exception>
    public Tensor Read(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Tensors.TryGetValue(name, out var info))
            throw new KeyNotFoundException($"'{Path}' has no tensor '{name}'.{NearestName.Hint(name, Tensors.Keys)}");
        if (info.Type is null)
            throw new NotSupportedException(
                $"Tensor '{name}' in '{Path}' is {info}: TorchSharp has no such type. Convert it to float32 or int64 in Python and "
                + "save the file again.");
        return ReadCore(name, info);
    }

    /// <summary>Reads a tensor and converts it. See <see cref="Read(string)"/>.</summary>
    public Tensor Read(string name, ScalarType type)
    {
        var tensor = Read(name);
        if (tensor.dtype == type) return tensor;
        using (tensor) return tensor.to(type);
    }

    /// <summary>
    /// The tensor on the file's own pages where that is possible, else read. See <see cref="MappedFile"/> and <see cref="Read(string)"/>.
    /// </summary>
    internal virtual Tensor Map(string name) => Read(name);

    /// <summary>Reads a tensor that is in <see cref="Tensors"/> and has a type in torch; called from several threads at a time.</summary>
    /// <returns>A new contiguous CPU tensor of that type and shape, which the caller owns.</returns>
    /// <exception cref="WeightFormatException">The tensor's data is damaged.</exception>
    protected abstract Tensor ReadCore(string name, TensorInfo info);

    /// <summary>Closes the file. Tensors that were read stay valid.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what the derived class has opened.</summary>
    protected abstract void Close();
}
