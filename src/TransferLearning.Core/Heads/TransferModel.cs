using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A backbone with a head for your task: what a <see cref="Trainer"/> trains, and what is saved.</summary>
/// <remarks>
/// Owns the head. Borrows the backbone, except where a loader made both or <c>WithHead</c> was told so: then it owns both.
/// Prediction is thread-safe; training is not.
/// </remarks>
public sealed class TransferModel : IDisposable
{
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

    /// <summary>What built the head: labels, objective, and which features it reads.</summary>
    public IHeadReplacer Replacer { get; }

    /// <summary>The head's module.</summary>
    public nn.Module<Features, Tensor> Head { get; }

    /// <summary>Names of the outputs in order.</summary>
    public IReadOnlyList<string> Labels => Replacer.Labels;

    /// <summary>
    /// Backbone and head: logits <c>[N, K]</c> for a classification head. Uses the modules' current modes and the
    /// current gradient mode. The result belongs to the current dispose scope.
    /// </summary>
    /// <exception cref="ArgumentException">The backbone's features are not of the width that it declares.</exception>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses an operation, such as on images of another size or type than the backbone reads; the message is torch's.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public Tensor Forward(TensorSet input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return ForwardFrom(input, 0);
    }

    /// <summary>Moves backbone and head to a device. Parameters are replaced: create optimizers afterwards.</summary>
    public void To(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        ObjectDisposedException.ThrowIf(_disposed, this);
        Backbone.Module.to(device);
        Head.to(device);
    }

    /// <summary>Puts backbone and head into evaluation mode: batch norm uses its statistics, dropout is off.</summary>
    public void Eval()
    {
        Backbone.Module.eval();
        Head.eval();
    }

    /// <summary>
    /// Saves the model as one safetensors file with weights, labels, input specification and provenance: see <see cref="ModelArtefact"/>.
    /// The file is whole or absent, and the same model gives the same bytes.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written; one of that name is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed; a file of that name is unchanged.</exception>
    /// <exception cref="ArgumentException">A label is no Unicode text; a file of that name is unchanged.</exception>
    public void Save(string path)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ModelArtefact.Save(this, path);
    }

    /// <summary>Disposes the head, and the backbone where the model owns it.</summary>
    public void Dispose()
    {
        _disposed = true;
        Head.Dispose();
        if (_ownsBackbone) Backbone.Dispose();
    }

    // A stage is a place in the forward pass: 0 is the input, g the output of the first g layer groups,
    // and PooledStage the vectors that a head on pooled features reads.

    internal int PooledStage => Backbone.LayerGroups.Count + 1;

    /// <summary>The last stage that does not depend on what is trained when that many leading groups are frozen.</summary>
    internal int LastStage(int frozenGroups) =>
        frozenGroups == Backbone.LayerGroups.Count && Replacer.Reads == FeatureKind.Pooled ? PooledStage : frozenGroups;

    internal string StageName(int stage) => stage == PooledStage ? "pooled features" : Backbone.LayerGroups[stage - 1].Name;

    internal TensorSet RunTo(TensorSet input, int stage) => stage == PooledStage
        ? new TensorSet(Replacer.Pool(Pool(Backbone.Run(input, 0, Backbone.LayerGroups.Count))))
        : Backbone.Run(input, 0, stage);

    internal Tensor ForwardFrom(TensorSet hidden, int stage)
    {
        if (stage == PooledStage) return Head.call(new Features(hidden.Values));
        var features = Pool(Backbone.Run(hidden, stage, Backbone.LayerGroups.Count));
        return Head.call(Replacer.Reads == FeatureKind.Pooled ? new Features(Replacer.Pool(features)) : features);
    }

    private Features Pool(TensorSet hidden)
    {
        var features = Backbone.Pool(hidden);
        if (features.Pooled.dim() != 2 || features.Pooled.shape[1] != Backbone.Info.FeatureSize)
            throw new ArgumentException(
                $"The backbone '{Backbone.Info.Id}' declares features [N, {Backbone.Info.FeatureSize}] and gave [{string.Join(", ", features.Pooled.shape)}]: correct its feature size.");
        return features;
    }
}
