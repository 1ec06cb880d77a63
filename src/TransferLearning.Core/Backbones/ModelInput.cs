using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// What flows through a backbone: values, a mask where some of them are padding, and segments where texts come in pairs.
/// The same type carries the input (pixels, token ids, samples) and the hidden state between layer groups.
/// </summary>
/// <remarks>Does not copy: the tensors belong to whoever created them, until <see cref="Dispose"/> is called.</remarks>
/// <param name="values">Images <c>[N, C, H, W]</c> float32, token ids <c>[N, T]</c> int64, samples <c>[N, T]</c> float32, or hidden states.</param>
/// <param name="mask"><c>[N, T]</c> bool, true where a value is real and false where it is padding; null where nothing is padded.</param>
/// <param name="segments"><c>[N, T]</c> int64: which part of a pair each token belongs to; null where there are no pairs.</param>
public sealed class ModelInput(Tensor values, Tensor? mask = null, Tensor? segments = null) : IDisposable
{
    /// <summary>The values; the first dimension counts the examples.</summary>
    public Tensor Values { get; } = values ?? throw new ArgumentNullException(nameof(values));

    /// <summary><c>[N, T]</c> bool, true where a value is real; null where nothing is padded.</summary>
    public Tensor? Mask { get; } = mask;

    /// <summary><c>[N, T]</c> int64: which part of a pair each token belongs to (token types); null where there are no pairs.</summary>
    public Tensor? Segments { get; } = segments;

    /// <summary>Number of examples.</summary>
    public int Count => checked((int)Values.shape[0]);

    /// <summary>The same input on <paramref name="device"/>; this object itself where it is there already, else new tensors that the caller owns.</summary>
    public ModelInput To(Device device)
    {
        return IsThere(Values) && IsThere(Mask) && IsThere(Segments)
            ? this
            : new ModelInput(Values.to(device), Mask?.to(device), Segments?.to(device));

        bool IsThere(Tensor? tensor) => tensor is null || tensor.device_type == device.type && (device.type == TorchSharp.DeviceType.CPU || device.index < 0 || tensor.device_index == device.index);
    }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        Values.Dispose();
        Mask?.Dispose();
        Segments?.Dispose();
    }
}
