using TorchSharp;

namespace TransferLearning;

public sealed partial class TrainingSession
{
    /// <summary>
    /// Attaches an adapter to the model: its layers are trained with the groups that they sit in. Called in
    /// <see cref="IFineTuneStrategy.Prepare"/>.
    /// </summary>
    /// <param name="adapter">The adapter; the model owns it from now on.</param>
    /// <exception cref="ArgumentException">A layer sits in no group, or the model has an adapter of that kind.</exception>
    public void Add(IAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        if (!IsPreparing) throw new InvalidOperationException("Adapters are added in Prepare, before the first epoch.");
        foreach (var layer in adapter.Layers.Values) layer.to(Loss.Device);
        Take(adapter);
        Model.Add(adapter);
        CheckGroups();
    }

    private void Take(IAdapter adapter)
    {
        foreach (var (path, layer) in adapter.Layers)
        {
            var group = Enumerable.Range(0, BackboneGroups.Count).Where(i => Model.Backbone.LayerGroups[i].Owns(path))
                .Select(i => BackboneGroups[i]).FirstOrDefault()
                ?? throw new ArgumentException(
                    $"The adapter '{adapter.Kind}' changes '{path}', which belongs to no layer group of '{Model.Backbone.Info.Id}'.");
            group.Add(layer, $"{ModelState.Adapter}{adapter.Kind}.{path}.");
        }
    }
}
