using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Inference;

[NoTensorLeaks(MakesModels = true)]
public sealed class TextClassifierEvaluateTests : IDisposable
{
    private static readonly string Glosses = Path.Combine(TestFiles.Repository, "samples", "TextClassification", "data");

    private readonly TemporaryFolder _folder = new();
    private readonly TextClassifier _classifier;

    public TextClassifierEvaluateTests()
    {
        var (train, _) = TextFile.Open(Path.Combine(Glosses, "train.csv")).Split(0.2);
        _classifier = TextClassifier.FineTune(
            train, TextFile.Open(Path.Combine(Glosses, "validation.csv")), options: new FineTuneOptions { Method = FineTuneMethod.Head, Device = CPU });
    }

    public void Dispose()
    {
        _classifier.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_file_gives_what_the_report_of_its_training_gave()
    {
        var evaluation = _classifier.Evaluate(Path.Combine(Glosses, "validation.csv"));
        evaluation.Accuracy.Should().BeApproximately(_classifier.Report!.Accuracy, 1e-9).And.BeGreaterThan(0.5);
        evaluation.Classification!.AccuracyInterval.Should().Equal(_classifier.Report.Classification!.AccuracyInterval);
        evaluation.ToString().Should().Contain("95 % interval").And.Contain("Taken for another, most often: ");
    }

    [Fact]
    public void Columns_are_named_a_folder_is_read_and_a_split_one_by_its_test()
    {
        var file = _folder.Write("named.csv", "what,kind,more\na small bird that sings,animal,x\na round fruit,food,y\n");
        _classifier.Evaluate(file, new TextFileOptions { Text = "what", Label = "kind" }).Count.Should().Be(2);
        _folder.Write("data/train/animal/a.txt", "a bird");
        _folder.Write("data/val/food/a.txt", "a fruit");
        _folder.Write("data/test/animal/a.txt", "a bird");
        _folder.Write("data/test/animal/b.txt", "a cow");
        _classifier.Evaluate(_folder.File("data")).Count.Should().Be(2);
        _classifier.Evaluate(_folder.File("data/test")).Count.Should().Be(2);
    }

    [Fact]
    public void A_class_that_the_model_does_not_know_is_named_with_line_and_difference()
    {
        var cased = _folder.Write("cased.csv", "text,label\na bird,animal\na cow,Animal\n");
        _classifier.Invoking(c => c.Evaluate(cased)).Should().Throw<TextFormatException>().WithMessage(
            "*cased.csv*line 3*'Animal' is none of the known ones*'animal' and 'Animal' differ in upper and lower case.*");
        var data = TextDataset.From([("a bird", "animal"), ("a stone", "mineral")]);
        _classifier.Invoking(c => c.Evaluate(data)).Should().Throw<ArgumentException>()
            .WithMessage("The data set has 'mineral', which the model does not know.*");
        _classifier.Evaluate(TextDataset.From([("a cow", "animal"), ("a soup", "food")])).Count.Should().Be(2);
        _classifier.Invoking(c => c.Evaluate("absent.csv")).Should().Throw<FileNotFoundException>();
    }

    [Fact]
    public void A_text_for_which_broken_weights_give_no_numbers_is_named()
    {
        var backbone = TextBackbones.Load("all_minilm_l6_v2");
        var model = backbone.WithHead(new LinearHead(["animal", "food"]), ownsBackbone: true);
        using (no_grad()) model.Head.parameters().First().fill_(double.NaN);
        var broken = new TextClassifier(model, CPU);
        var data = TextDataset.From([("a cow", "animal"), ("a soup", "food")]);
        broken.Invoking(c => c.Evaluate(data)).Should().Throw<ArgumentException>()
            .WithMessage("Example * of the data set, counted from 0, makes the model give NaN*");
        broken.Dispose();
        broken.Invoking(c => c.Evaluate(data)).Should().Throw<ObjectDisposedException>().WithMessage("*TextClassifier*");
    }
}
