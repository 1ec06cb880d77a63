using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// oneDNN 3.7, which convolves for libtorch 2.10 on the CPU, gives wrong numbers on some virtual machines, seen where the hypervisor hides
/// the processor's caches: kernels larger than 1x1 read padding that was never written where channels are no multiple of 16.
/// </summary>
public static class OneDnn
{
    private const int Block = 16;

    private static readonly Lazy<bool> IsRight = new(ConvolvesRightly);

    /// <summary>
    /// Turns oneDNN off, for good, where this machine is such a one and the module has such convolutions: torch's own kernels are
    /// slower and right. Gives a sentence for the user where that happened, or where it would have to and cannot; else null.
    /// <see cref="Trainer"/> and <see cref="Predictor"/> call it; call it yourself before you run a backbone on its own.
    /// </summary>
    /// <param name="modules">What is about to be computed, on the device where it will be.</param>
    public static string? TurnOffWhereWrong(params ReadOnlySpan<nn.Module> modules)
    {
        string? atRisk = null;
        foreach (var module in modules)
            atRisk ??= (module ?? throw new ArgumentException("A module is null.", nameof(modules))).named_parameters()
                .FirstOrDefault(entry => IsAtRisk(entry.name, entry.parameter)).name;
        if (atRisk is null || IsRight.Value) return null;
        return NativeTorch.TrySetContext("_ZN2at7Context20setUserEnabledMkldnnEb", false)
            ? $"oneDNN computes convolutions such as '{atRisk}' wrongly on this machine, so it is turned off: right, but slower. "
                + "Channels in multiples of 16 are not affected."
            : $"oneDNN computes convolutions such as '{atRisk}' wrongly on this machine, and it cannot be turned off here: use "
            + "channels in multiples of 16, or another machine.";
    }

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
