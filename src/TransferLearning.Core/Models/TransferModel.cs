using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A backbone with a head for your task: what a <see cref="Trainer"/> trains, and what is saved.</summary>
/// <remarks>
/// Owns the head and the adapters. Borrows the backbone, except where a loader made both or <c>WithHead</c> was told so: then it owns both.
/// Prediction is thread-safe. While one thread trains, others that use the same backbone are refused.
/// </remarks>
public sealed class TransferModel : IDisposable
{
    private readonly List<IAdapter> _adapters = [];
    private readonly bool _ownsBackbone;
    private bool _disposed;

    internal TransferModel(IPretrainedBackbone backbone, IHeadReplacer head, bool ownsBackbone)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(head);
        Backbone = backbone;
        Replacer = head;
        Head = head.Build(backbone.Info.FeatureSize);
        // A head outlives the dispose scope that it is built in, as torch's own modules do.
        foreach (var parameter in Head.parameters()) parameter.DetachFromDisposeScope();
        foreach (var buffer in Head.buffers()) buffer.DetachFromDisposeScope();
        _ownsBackbone = ownsBackbone;
    }

    /// <summary>The backbone.</summary>
    public IPretrainedBackbone Backbone { get; }

    /// <summary>What built the head: labels, objective, metrics, and what it reads.</summary>
    public IHeadReplacer Replacer { get; }

    /// <summary>The head's module.</summary>
    public nn.Module<TensorSet, TensorSet> Head { get; }

    /// <summary>The adapters in the order in which they were attached, without those that are merged into the backbone's weights.</summary>
    public IReadOnlyList<IAdapter> Adapters => _adapters.FindAll(adapter => !adapter.IsMerged);

    /// <summary>Names of the outputs in order; empty where they have none.</summary>
    public IReadOnlyList<string> Labels => Replacer.Labels;

    /// <summary>
    /// The run that trained the model last, here or before it was saved; null where there was none, or where one ended by an exception.
    /// </summary>
    public TrainingSummary? TrainingSummary { get; internal set; }

    /// <summary>
    /// Backbone and head: the values are logits <c>[N, K]</c> for a classification head. Uses the modules' current modes and the
    /// current gradient mode. The result belongs to the current dispose scope.
    /// </summary>
    /// <exception cref="ArgumentException">The backbone's features are not of the width that it declares.</exception>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses an operation, such as on images of another size or
    /// type than the backbone reads; the message is torch's.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    /// <exception cref="InvalidOperationException">An adapter changes a module that the backbone does not run.</exception>
    public TensorSet Forward(TensorSet input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return ForwardFrom(input, 0);
    }

    /// <summary>What the model is made of, group by group: print it.</summary>
    /// <param name="input">A batch as the backbone wants it, to see the shapes of outputs; it is computed in evaluation mode, which the
    /// model is left in. Null (default): none.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses an operation; the message is torch's.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public ModelSummary Summary(TensorSet? input = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return ModelSummary.Of(this, input);
    }

    /// <summary>
    /// Takes an adapter over, which is attached to the backbone's layers already, and is saved and trained with the model from now on. One
    /// of that kind that is merged stays so for good, and is disposed.
    /// </summary>
    /// <exception cref="ArgumentException">The model has one of that kind.</exception>
    public void Add(IAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        if (_adapters.Find(other => other.Kind == adapter.Kind) is { } other)
        {
            if (!other.IsMerged)
                throw new ArgumentException(
                    $"The model has an adapter of kind '{adapter.Kind}' already: merge or remove it first.", nameof(adapter));
            _adapters.Remove(other);
            other.Dispose();
        }
        _adapters.Add(adapter);
    }

    /// <summary>Lets an adapter go, whoever called it owns it again; it stays attached. False where the model has not that one.</summary>
    public bool Remove(IAdapter adapter) => _adapters.Remove(adapter);

    /// <summary>Moves everything to a device. Parameters are replaced: create optimizers afterwards.</summary>
    public void To(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        ObjectDisposedException.ThrowIf(_disposed, this);
        foreach (var module in Modules) module.to(device);
    }

    /// <summary>Puts everything into evaluation mode: batch norm uses its statistics, dropout is off.</summary>
    public void Eval()
    {
        foreach (var module in Modules) module.eval();
    }

    /// <summary>
    /// Says that values were written into weights: what modules in evaluation mode keep computed from them is dropped. Loading and training
    /// do it themselves.
    /// </summary>
    public void NotifyWeightsChanged()
    {
        foreach (var module in Modules) module.NotifyWeightsChanged();
    }

    /// <summary>
    /// Saves the model as one safetensors file with weights, labels, input specification and provenance: see <see cref="ModelArtefact"/>.
    /// The file is whole or absent, and the same model gives the same bytes; so do two runs with the same seed on the same day, which is
    /// the only trace of time in it (<see cref="TrainingSummary.Date"/>).
    /// </summary>
    /// <exception cref="IOException">The file cannot be written; one of that name is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed; a file of that name is unchanged.</exception>
    /// <exception cref="ArgumentException">A label is no Unicode text; a file of that name is unchanged.</exception>
    public void Save(string path)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ModelArtefact.Save(this, path, ModelState.Of(this));
    }

    /// <summary>
    /// Saves head and adapters alone, and what training has changed in the backbone since it was loaded, such as the biases after
    /// <see cref="BitFit"/>, with the checksum of the backbone's other weights: a small file, which becomes the model again on a backbone
    /// with the same pretrained weights.
    /// </summary>
    /// <inheritdoc cref="Save"/>
    public void SaveAdapter(string path)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var trained = Adapters.SelectMany(adapter => adapter.BackboneParameters).Select(name => ModelState.Backbone + name)
            .Union(TrainedNames).ToHashSet();
        ModelArtefact.Save(this, path, ModelState.Of(this).Where(
            entry => !entry.Key.StartsWith(ModelState.Backbone, StringComparison.Ordinal) || trained.Contains(entry.Key)));
    }

    /// <summary>Disposes the head and the adapters, and the backbone where the model owns it.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (var adapter in _adapters) adapter.Dispose();
        Head.Dispose();
        if (_ownsBackbone) Backbone.Dispose();
    }

    /// <summary>What training has changed since the weights were loaded, or may have, by the names in a file.</summary>
    internal HashSet<string> TrainedNames { get; } = [];

    /// <summary>Backbone, head and the layers of adapters.</summary>
    internal IEnumerable<nn.Module> Modules => [Backbone.Module, Head, .. _adapters.SelectMany(adapter => adapter.Layers.Values)];

    /// <summary>Those and every module inside them: <see cref="nn.Module.modules"/> leaves out the module itself.</summary>
    internal IEnumerable<nn.Module> AllModules => Modules.SelectMany(module => module.modules().Prepend(module));

    // A stage is a place in the forward pass: 0 is the input, g the output of the first g layer groups,
    // and PooledStage what the head reads of the last one.

    internal int PooledStage => Backbone.LayerGroups.Count + 1;

    /// <summary>The last stage that does not depend on what is trained when that many leading groups are frozen.</summary>
    internal int LastStage(int frozenGroups) => frozenGroups == Backbone.LayerGroups.Count ? PooledStage : frozenGroups;

    internal string StageName(int stage) =>
        stage == 0 ? "input" : stage == PooledStage ? "pooled features" : Backbone.LayerGroups[stage - 1].Name;

    /// <summary>From one stage to a later one. The result belongs to the current dispose scope.</summary>
    internal TensorSet RunFrom(TensorSet hidden, int from, int to)
    {
        if (from == to) return hidden;
        if (to < PooledStage) return Backbone.Run(hidden, from, to);
        using var scope = NewDisposeScope();
        var read = Replacer.Read(Backbone, Backbone.Run(hidden, from, Backbone.LayerGroups.Count));
        CheckWidth(read);
        return read.MoveToOuterDisposeScope(except: hidden);
    }

    /// <summary>From a stage to the outputs. The result belongs to the current dispose scope.</summary>
    internal TensorSet ForwardFrom(TensorSet hidden, int stage)
    {
        using var scope = NewDisposeScope();
        var read = RunFrom(hidden, stage, PooledStage);
        CheckAdapters(stage);
        return Head.call(read).MoveToOuterDisposeScope(except: hidden);
    }

    /// <summary>An adapter that has no part in what was computed would be trained, saved and trusted in vain.</summary>
    private void CheckAdapters(int stage)
    {
        foreach (var adapter in Adapters)
            foreach (var name in adapter.Uncalled)
                if (Backbone.LayerGroups.Skip(stage).Any(group => group.Owns(name)))
                    throw new InvalidOperationException(
                        $"The adapter '{adapter.Kind}' changes '{name}', and '{Backbone.Info.Id}' has not run that module: its "
                        + "forward pass reads the weight by itself, "
                        + "or goes without. Exclude the module, or run it by call().");
    }

    private void CheckWidth(TensorSet read)
    {
        var width = Backbone.Info.FeatureSize;
        // A head may read mean and maximum side by side; positions are its own matter.
        if (read.Values.dim() == 2 && read.Values.shape[1] % width != 0)
            throw new ArgumentException(
                $"The backbone '{Backbone.Info.Id}' declares features [N, {width}] and gave [{string.Join(", ", read.Values.shape)}]: "
                + "correct its feature size.");
    }
}

/// <summary>Puts heads on backbones.</summary>
public static class TransferModelExtensions
{
    /// <summary>Puts a head on the backbone.</summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="head">What builds the head.</param>
    /// <param name="ownsBackbone">Whether the model disposes the backbone too. Default false: dispose the model first, then the
    /// backbone.</param>
    public static TransferModel WithHead(this IPretrainedBackbone backbone, IHeadReplacer head, bool ownsBackbone = false) =>
        new(backbone, head, ownsBackbone);
}
