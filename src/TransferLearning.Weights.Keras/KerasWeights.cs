using static TorchSharp.torch;

namespace TransferLearning.Weights.Keras;

/// <summary>Reads what Keras saves: weights and whole models, of Keras 1, 2 and 3, with TensorFlow or Theano.</summary>
public static class KerasWeights
{
    private const int HeadLength = 8;

    /// <summary>Whether a file is one of Keras's, by its first bytes: HDF5, or an archive whose name ends in <c>.keras</c>.</summary>
    public static bool IsKeras(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (new FileInfo(path) is not { Exists: true, Length: > 0 }) return false;
        using var file = File.OpenRead(path);
        var head = Head(file);
        return HdfFile.IsAtStartOf(head) || head.AsSpan().StartsWith("PK"u8) && path.EndsWith(".keras", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Opens a file of weights (<c>.h5</c>, <c>.weights.h5</c>) or a whole model (<c>.h5</c>, <c>.keras</c>), of which the weights are read.
    /// Loaders take it as they take any: <see cref="WeightLoader.Load(nn.Module, WeightFile, WeightLoadOptions?)"/>.
    /// </summary>
    /// <remarks>
    /// <para>A tensor has the layer's name and torch's name of the weight: <c>conv2d_1.weight</c>, <c>batch_normalization.running_var</c>.
    /// Kernels of dense layers become <c>[outputs, inputs]</c>, of convolutions <c>[outputs, inputs, rows, columns]</c>, of depthwise ones
    /// <c>[channels * multiplier, 1, rows, columns]</c>; a separable convolution has <c>depthwise.weight</c> and <c>pointwise.weight</c>.
    /// What Theano trained is rotated as it rotates it. Weights of recurrent layers, of attention and of kinds that are not known keep
    /// Keras's name and order: <c>lstm.recurrent_kernel</c>.</para>
    /// <para>Nothing in a file is executed, no link in it is followed and no archive extracted. A tensor takes no more memory than the file's
    /// own length.</para>
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="options">What the file does not say; null (default): nothing.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFormatException">The file is damaged, of another format, or does what is refused; the message says
    /// what.</exception>
    /// <exception cref="ArgumentException">The options name a layer that is not there.</exception>
    public static WeightFile Open(string path, KerasOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        var file = Read(path, options);
        string[] unknown = [.. options.Flattened.Keys.Concat(options.BlueFirst).Where(layer => !file.Tensors.ContainsKey($"{layer}.weight"))];
        if (unknown.Length == 0) return file;
        file.Dispose();
        throw new ArgumentException($"'{path}' has no layer '{string.Join("', '", unknown)}', which the options name.", nameof(options));
    }

    /// <summary>
    /// Writes the tensors of a file of Keras as safetensors, with the names and orders of <see cref="Open"/>. The file appears whole or not
    /// at all.
    /// </summary>
    /// <param name="path">The file of Keras.</param>
    /// <param name="safetensors">The file to be written.</param>
    /// <param name="options">As for <see cref="Open"/>.</param>
    /// <inheritdoc cref="Open"/>
    public static void Convert(string path, string safetensors, KerasOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(safetensors);
        using var scope = NewDisposeScope();
        using var file = Open(path, options);
        Safetensors.Write(safetensors, file.Tensors.Keys.Select(name => KeyValuePair.Create(name, file.Read(name))), file.Metadata);
    }

    /// <summary>Opens a file, in which the layers that the options name may be absent.</summary>
    internal static WeightFile Read(string path, KerasOptions options)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no weight file '{path}'.", path);
        // Opening a pipe would wait for a writer.
        if (new FileInfo(path).Length == 0) throw new WeightFormatException(path, "is empty, or a pipe or device. Download it again.");
        var stream = File.OpenRead(path);
        HdfFile? file = null;
        try
        {
            if (!Head(stream).AsSpan().StartsWith("PK"u8))
                return new KerasFile(path, "Keras HDF5", file = new HdfFile(path, stream, 0, stream.Length), null, options);
            var archive = KerasArchive.Read(stream);
            file = new HdfFile(path, stream, archive.Start, archive.Length);
            return new KerasFile(path, "Keras archive", file, ModelConfig.Read(path, archive.Config), options);
        }
        catch (Exception error)
        {
            file?.Dispose();
            stream.Dispose();
            if (error is FormatException or InvalidDataException or EndOfStreamException)
                throw new WeightFormatException(
                    path, $"is no readable archive of Keras: {error.Message.TrimEnd('.')}. Download it again, or save it anew with Keras.", error);
            throw;
        }
    }

    private static byte[] Head(FileStream file)
    {
        var head = new byte[HeadLength];
        file.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
        file.Position = 0;
        return head;
    }
}
