using TransferLearning.Text;

using (var classifier = TextClassifier.FineTune("glosses.csv"))
{
    Console.WriteLine($"accuracy {classifier.Report!.Accuracy:P1}");
    classifier.Save("glosses.safetensors");
}
using var loaded = TextClassifier.Load("glosses.safetensors");
var best = loaded.Predict("a small bird that sings at night").Best;
Console.WriteLine(best);
using var encoder = SentenceEncoder.Load();
return best.Label == "animal" && encoder.Similarity("a cat sleeps", "the cat is asleep") > 0.7 ? 0 : 1;
