using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Replaces a backbone's original head by one for a new task. One class is enough to add a head; give its kind to <see cref="Kinds"/> where
/// a model that has it is opened again.
/// </summary>
public interface IHeadReplacer
{
    /// <summary>Name under which the head is saved, such as <c>"linear"</c>.</summary>
    string Kind { get; }

    /// <summary>What it is made again of, beside labels, objective and metrics. Default: nothing.</summary>
    JsonObject Settings => [];

    /// <summary>What is minimised, and how outputs become answers.</summary>
    IObjective Objective { get; }

    /// <summary>Names of the outputs in order, such as the classes; empty (default) where they have none.</summary>
    IReadOnlyList<string> Labels => [];

    /// <summary>Number of outputs that targets are checked against; 0 where they are not counted. Default: that of the labels.</summary>
    int Outputs => Labels.Count;

    /// <summary>What outputs are measured by. Default: the objective's metrics where they have names, else the loss alone.</summary>
    IReadOnlyList<IMetric> Metrics => Labels.Count > 0 ? Objective.Metrics : [];

    /// <summary>
    /// What the head reads of the backbone's last layer group. It has no parameters, so that its results are kept where the backbone is
    /// frozen. Default: the pooled vector <c>[N, D]</c>; a head that looks at positions gives <see cref="IPretrainedBackbone.Positions"/>,
    /// one that needs the group's output as it is, that. The result belongs to the current dispose scope.
    /// </summary>
    TensorSet Read(IPretrainedBackbone backbone, TensorSet hidden) => backbone.Pool(hidden);

    /// <summary>
    /// Builds the head's module for a backbone with features of that width D: what the head reads in, outputs out. The caller owns it.
    /// </summary>
    nn.Module<TensorSet, TensorSet> Build(int featureSize);
}
