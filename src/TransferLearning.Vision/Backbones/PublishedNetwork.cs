namespace TransferLearning.Vision;

/// <summary>A network of <see cref="VisionBackbones"/>, and the weights that were published for it.</summary>
/// <param name="Id">Name under which it is created.</param>
/// <param name="Family">Its family's name.</param>
/// <param name="Weights">The weights; the first are those that are loaded where none are named.</param>
public sealed record PublishedNetwork(string Id, string Family, IReadOnlyList<PublishedWeights> Weights);

/// <summary>Weights of a network that its authors or others published.</summary>
/// <param name="Name">Torchvision's name (<c>IMAGENET1K_V2</c>), or timm's tag (<c>fcmae_ft_in1k</c>): what <c>weights</c> of
/// <see cref="VisionBackbones.Load(string, string, Func{ImageSpec, ImageSpec}, int?, WeightLoadOptions, IProgress{DownloadProgress}, CancellationToken)"/>
/// takes.</param>
/// <param name="Request">Where they may be had: file of PyTorch, repository on the hub.</param>
/// <param name="Input">How they want images.</param>
/// <param name="Licence">Their licence (SPDX).</param>
/// <param name="Top1">The first answer's accuracy on ImageNet as published, per cent; null where it was not.</param>
public sealed record PublishedWeights(string Name, WeightRequest Request, ImageSpec Input, string Licence, double? Top1);
