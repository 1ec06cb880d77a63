using TransferLearning.TestKit;
using TransferLearning.Vision;

namespace TransferLearning.Benchmarks;

/// <summary>A photograph cropped, mirrored, recoloured and given to RandAugment, on one thread, against torchvision on Pillow.</summary>
internal static class Augmentations
{
    private static readonly ImageSpec Spec = new() { Interpolation = Interpolation.Bilinear };

    private static readonly IAugmentation[] All =
    [
        new RandomResizedCrop(), new RandomHorizontalFlip(), new ColorJitter { Brightness = 0.4, Contrast = 0.4, Saturation = 0.4, Hue = 0.1 },
        new RandAugment(),
    ];

    public static int Run()
    {
        var folder = TestFiles.Data("flowers/val");
        RgbImage[] photos =
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => ImageDecoder.Decode(file)),
        ];
        using var peer = PeerProcess.Python("augment", folder);
        (string, Func<double>)[] theirs = peer is null ? [] : [("torchvision on Pillow", peer.Round)];
        var epoch = 0;
        Times.InTurns(7, [("library", () => Times.Wall(() => Augment(photos, All, epoch++))), .. theirs]);
        foreach (var augmentation in All)
            Times.InTurns(5, (augmentation.GetType().Name, () => Augment(photos, [augmentation], epoch++)));
        Console.WriteLine($"{photos.Length} photographs");
        return 0;
    }

    private static void Augment(RgbImage[] photos, IAugmentation[] augmentations, int epoch)
    {
        foreach (var (index, photo) in photos.Index())
        {
            var (image, random) = (photo, new EpochSeed(0, epoch).ForExample(index));
            foreach (var augmentation in augmentations) image = augmentation.Apply(image, Spec, ref random);
        }
    }
}
