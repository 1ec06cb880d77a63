using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Loads weight files into modules.</summary>
public static class WeightLoader
{
    /// <summary>
    /// Loads a file's tensors into the parameters and persistent buffers of a module, in place: parameters keep their identity,
    /// device and <c>requires_grad</c>. Names, shapes and types are compared first and all data is read before the first value
    /// is changed, so that the module is loaded wholly or not at all. Nothing is broadcast. Floating types are converted to the module's.
    /// Names follow <see cref="WeightLoadOptions.Rules"/>, then a prefix that one side lacks (<c>bert.</c>) is added or stripped
    /// where that lets more names match.
    /// </summary>
    /// <remarks>
    /// Where the module's names are all there and fit, what lies beside the model in the file of a training run is no fault, and is
    /// reported (<see cref="LoadReport.Unexpected"/>): tensors outside of the prefix that was stripped, and single whole numbers
    /// (<c>n_averaged</c>).
    /// </remarks>
    /// <param name="module">The module; its structure stays as it is.</param>
    /// <param name="file">The file; stays open.</param>
    /// <param name="options">What may differ; null: nothing but the above and <c>num_batches_tracked</c>.</param>
    /// <exception cref="WeightMismatchException">The file does not fit; the module is unchanged.</exception>
    /// <exception cref="WeightFormatException">The file is damaged; the module is unchanged.</exception>
    public static LoadReport Load(nn.Module module, WeightFile file, WeightLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(file);
        var report = Load(LoadPlan.StateOf(module), file, options);
        module.NotifyWeightsChanged();
        return report;
    }

    /// <summary>
    /// Opens a file, loads it and closes it. See <see cref="Load(nn.Module, WeightFile, WeightLoadOptions?)"/> and
    /// <see cref="WeightFile.Open"/>.
    /// </summary>
    public static LoadReport Load(nn.Module module, string path, WeightLoadOptions? options = null)
    {
        using var file = WeightFile.Open(path);
        return Load(module, file, options);
    }

    /// <summary>Loads into tensors by name; else as the others. The caller tells their modules.</summary>
    internal static LoadReport Load(OrderedDictionary<string, Tensor> targets, WeightFile file, WeightLoadOptions? options)
    {
        var plan = new LoadPlan(targets, file, options ?? new());
        if (plan.Misfits.Any) throw new WeightMismatchException(plan.Report, plan.Misfits);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var memory = options?.Memory ?? WeightMemory.Module;
        var values = plan.Fitting.Select(
            entry => (entry.Target, Value: memory is WeightMemory.Mapped ? file.Map(entry.From) : file.Read(entry.From))).ToList();
        foreach (var (target, value) in values)
            if (memory is not WeightMemory.Module && target.device_type == DeviceType.CPU)
                target.set_(value.to(target.dtype).reshape(target.shape));
            else target.copy_(value.reshape(target.shape));
        return plan.Report with { Loaded = [.. plan.Fitting.Select(entry => entry.To)] };
    }
}
