using TransferLearning;
using TransferLearning.Text;
using TransferLearning.Vision;

namespace Snippets;

internal static class Adapters
{
    public static (TrainingReport Report, Classification Answer) OfTexts(TextDataset train, string path)
    {
        // snippet: adapter-texts
        using var backbone = TextBackbones.Load("all_minilm_l6_v2");
        using var model = backbone.WithHead(new LinearHead(train.ClassNames));
        var lora = new LoraFineTuning(new LoraOptions { Rank = 8, TargetModules = ["query", "value"] });
        var report = new Trainer(new TrainerOptions { Optimizer = new AdamW(learningRate: 2e-3) }, lora, new CosineDecay(warmup: 0.1)).Fit(model, train);

        model.SaveAdapter(path);                                   // the matrices and the head
        using var classifier = TextClassifier.Load(path);          // on the weights that are found by the backbone's name
        // end-snippet
        return (report, classifier.Predict("a fine film"));
    }

    public static (TrainingReport Report, TransferModel Again) OfImages(ImageDataset train, string path)
    {
        // snippet: adapter-images
        using var backbone = VisionBackbones.Load("efficientnet_lite0");
        using var model = backbone.WithHead(new LinearHead(train.ClassNames));
        var lora = new LoraFineTuning(new LoraOptions { Rank = 4, TargetModules = ["conv_pw", "conv_pwl"] });
        var report = new Trainer(new TrainerOptions { Optimizer = new AdamW(learningRate: 1e-3) }, lora).Fit(model, train);

        model.SaveAdapter(path);
        var again = VisionBackbones.OpenModel(path);               // to train it further; ImageClassifier.Load to predict
        // end-snippet
        return (report, again);
    }

    public static TrainingReport OfOwnModule(IPretrainedBackbone backbone, IPretrainedBackbone same, IDataset train, IDataset validation, string path)
    {
        // snippet: adapter-own-module
        using var model = backbone.WithHead(new LinearHead(train.ClassNames));
        var options = new TrainerOptions { Epochs = 20, Optimizer = new AdamW(learningRate: 1e-2) };
        var report = new Trainer(options, new LoraFineTuning(new LoraOptions { Rank = 4 })).Fit(model, train, validation);
        model.SaveAdapter(path);

        using var artefact = ModelArtefact.Open(path);
        using var again = artefact.Restore(same);                  // a backbone of the same weights; others are refused
        ((Lora)again.Adapters[0]).Merge();                         // now a plain model of the same outputs
        again.Save(path);
        // end-snippet
        return report;
    }

    public static void Peft(TransferModel model, TransferModel other, string folder)
    {
        // snippet: adapter-peft
        ((Lora)model.Adapters[0]).SavePeft(folder, model.Head);    // adapter_config.json, adapter_model.safetensors
        other.Add(Lora.OpenPeft(folder, other.Backbone, other.Head));
        // end-snippet
    }

    public static IEnumerable<Trainer> Parts()
    {
        // snippet: adapter-parts
        var biases = new Trainer(new TrainerOptions { Optimizer = new AdamW(learningRate: 1e-3) }, new BitFit(), new CosineDecay());
        var frozen = new FreezeParameters(parameter => parameter.Name.Contains("embeddings"), "the embeddings");
        var others = new Trainer(new TrainerOptions { Optimizer = new AdamW(learningRate: 5e-5) }, frozen, new CosineDecay());
        // end-snippet
        return [biases, others];
    }

    public static TrainingReport Own(IPretrainedBackbone backbone, IPretrainedBackbone same, IDataset train, string path)
    {
        // snippet: train-own-adapter
        using var model = backbone.WithHead(new LinearHead(train.ClassNames));
        model.Add(new OutputScales(backbone, module: "0", width: 16));
        var frozen = new FreezeParameters(parameter => parameter.Name.StartsWith("backbone.", StringComparison.Ordinal), "the backbone");
        var report = new Trainer(new TrainerOptions { Epochs = 20, Optimizer = new AdamW(0.05) }, frozen).Fit(model, train, train);
        model.SaveAdapter(path);

        using var artefact = ModelArtefact.Open(path, Kinds.Default.WithAdapter("output scales", OutputScales.Read));
        using var again = artefact.Restore(same);
        // end-snippet
        return report with { Evaluation = new Trainer(new TrainerOptions()).Evaluate(again, train) };
    }
}
