using TransferLearning;
using TransferLearning.Vision;

namespace Snippets;

internal static class Augmentation
{
    public static void Train(ImageDataset train, ImageDataset validation, IPretrainedBackbone backbone)
    {
        // snippet: augmentation
        var augmented = train.WithAugmentation(
            new RandomResizedCrop { MinScale = 0.35 },
            new RandomHorizontalFlip(),
            new ColorJitter { Brightness = 0.4, Contrast = 0.4, Saturation = 0.4, Hue = 0.1 },
            new RandAugment(),
            new RandomErasing { Probability = 0.25 });
        // end-snippet

        using var model = backbone.WithHead(new LinearHead(train.Targets.Names));
        // snippet: cutmix
        var report = new Trainer(
            new TrainerOptions { Epochs = 10, Optimizer = new AdamW(learningRate: 1e-4) }, new CutMix(alpha: 1)).Fit(model, augmented, validation);
        // end-snippet

        // snippet: preview
        File.WriteAllBytes("preview.png", augmented.Preview(backbone.Info.Input, count: 32, columns: 8).ToPng());
        // end-snippet
    }

    public static void Predict()
    {
        // snippet: test-views
        using var classifier = ImageClassifier.Load("flowers.safetensors", views: TestViews.Mirrored);
        Console.WriteLine(classifier.Predict("flower.jpg"));
        // end-snippet
    }
}
