using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A layer group of the backbone, or the head, in a training run: what strategies freeze and steer.</summary>
public sealed class TrainingGroup
{
    private readonly nn.Module[] _modules;
    private readonly (string Name, Parameter Parameter)[] _parameters;
    private readonly (string Name, Tensor Buffer)[] _buffers;

    internal TrainingGroup(string name, nn.Module module, Func<string, bool> owns)
    {
        Name = name;
        _modules = [.. module.named_modules().Where(child => owns(child.name)).Select(child => child.module)];
        if (owns("")) _modules = [module, .. _modules];
        _parameters = [.. module.named_parameters().Where(parameter => owns(parameter.name))];
        _buffers = [.. module.named_buffers().Where(buffer => owns(buffer.name))];
        Parameters = [.. _parameters.Select(parameter => parameter.Parameter)];
    }

    /// <summary>Name of the layer group; <c>"head"</c> for the head.</summary>
    public string Name { get; }

    /// <summary>The group's parameters, owned by their modules.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Whether the group is left as it is: no gradients, not in the optimizer, all its modules in evaluation mode.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>Whether batch norm stays in evaluation mode while the group is trained.</summary>
    public bool KeepsStatistics { get; set; }

    /// <summary>What the learning rate is multiplied by for this group. Default 1.</summary>
    public double LearningRateFactor { get; set; } = 1;

    /// <summary>Parameters and buffers: what a snapshot keeps.</summary>
    internal IEnumerable<(string Name, Tensor Value)> State =>
        _parameters.Select(parameter => (parameter.Name, (Tensor)parameter.Parameter)).Concat(_buffers);

    /// <summary>Puts the modules into the mode of training, as far as the group is not frozen.</summary>
    internal void EnterTrainingMode()
    {
        foreach (var module in _modules)
            module.train(!IsFrozen && !(KeepsStatistics && HasStatistics(module)));
    }

    /// <summary>Whether it is a batch norm, whoever's: they all keep this buffer.</summary>
    private static bool HasStatistics(nn.Module module) => module.named_buffers(recurse: false).Any(buffer => buffer.name == "running_mean");
}
