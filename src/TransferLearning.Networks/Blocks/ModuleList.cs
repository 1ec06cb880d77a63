using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>Modules in a list, with torch's names: torch's own, under a name that can be imported without torch's other layers.</summary>
/// <typeparam name="T">What they are.</typeparam>
/// <param name="modules">The modules, which it owns from now on.</param>
public sealed class ModuleList<T>(params IEnumerable<T> modules) : TorchSharp.Modules.ModuleList<T>([.. modules]) where T : nn.Module;
