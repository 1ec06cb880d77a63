using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>A backbone that counts the examples that pass through it.</summary>
internal sealed class CountingBackbone : IDisposable
{
    public CountingBackbone()
    {
        var module = nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 12));
        TestKit.Formula.FillModule(module);
        Backbone = new ModuleBackbone("counting", module, 12, [new LayerGroup("body", [""], input =>
        {
            Examples += input.Count;
            return module.call(input.Values);
        })]);
    }

    public ModuleBackbone Backbone { get; }

    public int Examples { get; private set; }

    public void Dispose() => Backbone.Dispose();
}
