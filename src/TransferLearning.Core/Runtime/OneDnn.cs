using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// oneDNN 3.7, which convolves for libtorch 2.10 on the CPU, gives wrong numbers on some virtual machines, seen where the hypervisor hides
/// the processor's caches: kernels larger than 1x1 read padding that was never written where channels are no multiple of 16. This says
/// whether some modules have such convolutions, on such a machine, and has them computed without it.
/// </summary>
public sealed class OneDnn
{
    private const int Block = 16;

    private static readonly Lazy<bool> IsRight = new(ConvolvesRightly);

    private static readonly NativeSwitch Switch = new(
        () => NativeTorch.ReadContext("_ZNK2at7Context17userEnabledMkldnnEv"),
        value => NativeTorch.TrySetContext("_ZN2at7Context20setUserEnabledMkldnnEb", value));

    /// <summary>What the trial is to have said, for tests on machines where it says otherwise.</summary>
    internal static readonly AsyncLocal<bool?> AssumedRight = new();

    /// <summary>Looks at what is going to be computed.</summary>
    /// <param name="modules">The modules, on the device where they will be.</param>
    public OneDnn(params ReadOnlySpan<nn.Module> modules)
    {
        string? atRisk = null;
        foreach (var module in modules)
            atRisk ??= (module ?? throw new ArgumentException("A module is null.", nameof(modules))).named_parameters()
                .FirstOrDefault(entry => IsAtRisk(entry.name, entry.parameter)).name;
        if (atRisk is not null && !(AssumedRight.Value ?? IsRight.Value))
            Fault = $"oneDNN computes convolutions such as '{atRisk}' wrongly on this machine, "
                + (Switch.IsReachable
                    ? "so it is turned off while they are computed: right, but slower. Channels in multiples of 16 are not affected."
                    : "and it cannot be turned off here: use channels in multiples of 16, or another machine.");
    }

    /// <summary>A sentence for the user where this machine's oneDNN computes the modules wrongly; else null.</summary>
    public string? Fault { get; }

    /// <summary>
    /// Turns oneDNN off, where it is wrong, until the end of the use: torch's own kernels are slower and right. It is a switch of the whole
    /// process: what is computed beside it is slower too. <see cref="Trainer"/>, <see cref="Predictor"/> and <see cref="Embedder"/> do it;
    /// do it yourself where you run a backbone on its own.
    /// </summary>
    public OneDnnUse Use() => new(Switch, Fault);

    /// <summary>
    /// A dense kernel larger than 1x1 with a number of channels that leaves a rest, of an image's convolution or a sequence's, whose
    /// three dimensions other parameters have too. Inputs of up to four channels have kernels of their own.
    /// </summary>
    private static bool IsAtRisk(string name, Tensor weight) =>
        (weight.dim() > 3 || weight.dim() == 3 && name.EndsWith("weight", StringComparison.Ordinal)) && weight.device_type == DeviceType.CPU
            && weight.shape[2..].Any(size => size > 1) && weight.shape[1] > 1
        && (weight.shape[0] % Block != 0 || weight.shape[1] > 4 && weight.shape[1] % Block != 0);

    // Memory that was zero hides the fault, so blocks of the padding's size are filled with NaN first.
    private static bool ConvolvesRightly()
    {
        using var _ = no_grad();
        using (NewDisposeScope())
            foreach (var size in (long[])[32 * 32 * 9, 4 * 32 * 14 * 14])
                for (var block = 0; block < 8; block++) full([size], float.NaN);
        using var scope = NewDisposeScope();
        var sum = nn.functional.conv2d(ones(4, 24, 14, 14), ones(24, 24, 3, 3), padding: [1, 1]).sum().item<float>();
        // In each direction two of 14 pixels see two weights and the others three.
        return sum == 4f * 24 * 24 * (12 * 3 + 2 * 2) * (12 * 3 + 2 * 2);
    }
}
