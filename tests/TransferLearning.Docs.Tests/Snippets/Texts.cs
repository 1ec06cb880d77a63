using TransferLearning;
using TransferLearning.Text;

namespace Snippets;

internal static class Texts
{
    public static void Files()
    {
        // snippet: text-file
        var mails = TextFile.Open("mails.csv");                                    // columns by their usual names
        var named = TextFile.Open("mails.csv", new TextFileOptions { Text = "body", Label = "kind", EmptyTexts = ProblemHandling.Skip });
        var held = TextFile.Open("held-out.csv", new TextFileOptions { ClassNames = mails.Targets.Names });
        var (train, validation) = mails.Split(0.8, seed: 42);                      // stratified, reproducible
        // end-snippet
    }

    public static void SeveralLabels()
    {
        // snippet: text-targets
        var topics = TextFile.Open("news.csv", new TextFileOptions { LabelSeparator = "|" });            // sport|politics
        var columns = TextFile.Open("comments.csv", new TextFileOptions { Labels = ["toxic", "insult"] }); // 0 or 1 in each
        var alike = TextFile.Open("sentences.tsv", new TextFileOptions { Text = "first", SecondText = "second", Values = ["score"] });
        var inMemory = TextDataset.From(["The minister watched the match.", "It rains."], Targets.Labels([["sport", "politics"], []]));
        var prices = TextDataset.From(["a red bicycle, hardly used"], Targets.Values([[0.8f]], ["price"]));
        // end-snippet
    }

    public static void OtherTargets(TextDataset topics)
    {
        // snippet: text-other-targets
        using var classifier = TextClassifier.FineTune(topics, options: new FineTuneOptions { Epochs = 20 });
        var labels = classifier.Predict("The minister watched the match.").Predictions.Where(label => label.Probability > 0.5);
        float[] logits = classifier.Score("The minister watched the match.");      // of a regression: its values
        // end-snippet
    }

    public static void Recipe(TextDataset train, TextDataset validation)
    {
        // snippet: text-recipe
        using var backbone = TextBackbones.Load("all_minilm_l6_v2");
        var recipe = TextRecipe.Choose(train, new FineTuneOptions { Method = FineTuneMethod.Full, Epochs = 4 });
        using var model = recipe.CreateModel(backbone, train.Targets);
        var report = recipe.Fit(model, train, validation);
        // end-snippet
    }

    public static void ByHand(TextDataset train, TextDataset validation)
    {
        // snippet: text-by-hand
        using var backbone = TextBackbones.Load("all_minilm_l6_v2");
        using var model = backbone.WithHead(new LinearHead(train.Targets.Names));
        var head = new LinearProbe().Fit(model, train, validation);
        var all = new Trainer(
            new TrainerOptions { Epochs = 3, Optimizer = new AdamW(learningRate: 5e-5) },
            new CosineDecay(warmup: 0.1), new EarlyStopping()).Fit(model, train, validation);
        // end-snippet
    }

    public static void Words()
    {
        // snippet: text-words
        using var names = TokenClassifier.FineTune("train.conll");                  // a word and its class a line
        foreach (var span in names.FindSpans("Angela lives in Berlin.")) Console.WriteLine(span);   // text, place, label, probability
        names.Save("names.safetensors");
        // end-snippet
    }

    public static void Long()
    {
        // snippet: text-windows
        using var backbone = TextBackbones.Load("all_minilm_l6_v2", input: input => input with { MaxLength = 256, Stride = 32 });
        // end-snippet
    }

    public static void Folder()
    {
        // snippet: text-folder
        using var backbone = TextBackbones.Open("models/my-bert");           // config.json, weights, tokenizer
        using var sentiment = TextBackbones.OpenClassifier("models/sentiment"); // with the head that it was fine-tuned with
        // end-snippet
    }

    public static void Vectors()
    {
        // snippet: sentence-encoder
        using var encoder = SentenceEncoder.Load();
        float[] vector = encoder.Encode("Where is my card?");
        double near = encoder.Similarity("Where is my card?", "My card has not arrived.");
        // end-snippet
    }

    public static void Predict(IEnumerable<string> texts)
    {
        // snippet: text-predict
        using var classifier = TextClassifier.Load("mails.safetensors");
        var best = classifier.Predict("Where is my card?").Best;
        foreach (var answer in classifier.Predict(texts)) Console.WriteLine(answer.Best);   // many texts, in batches
        // end-snippet
    }

    public static async Task PredictAsync(IAsyncEnumerable<string> lines, CancellationToken cancellationToken)
    {
        // snippet: text-async
        using var classifier = await TextClassifier.LoadAsync("mails.safetensors", cancellationToken: cancellationToken);
        var answer = await classifier.PredictAsync("Where is my card?", cancellationToken);
        await foreach (var one in classifier.PredictAsync(lines, cancellationToken)) Console.WriteLine(one.Best);   // texts as they come
        // end-snippet
    }

    public static int Evaluate()
    {
        // snippet: text-evaluate
        using var classifier = TextClassifier.Load("mails.safetensors");
        var evaluation = classifier.Evaluate("held-out.csv");             // columns by their usual names, or TextFileOptions
        Console.WriteLine(evaluation);                                    // a table, accuracy with interval, what is taken for what
        return evaluation.Accuracy >= 0.9 ? 0 : 1;                        // fails the build below the bar
        // end-snippet
    }
}
