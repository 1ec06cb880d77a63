namespace TransferLearning.Vision;

/// <summary>Data sets of files that hold many images as plain pixels.</summary>
internal static class PixelDataset
{
    public static ImageDataset Of(IEnumerable<(RgbImage Image, int Class)> examples, IReadOnlyList<string> names)
    {
        (RgbImage Image, int Class)[] all = [.. examples];
        return ImageDataset.FromImages(all.Select(one => one.Image), Targets.Classes([.. all.Select(one => one.Class)], names));
    }
}
