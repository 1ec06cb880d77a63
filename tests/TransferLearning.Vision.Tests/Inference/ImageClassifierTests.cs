using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

[NoTensorLeaks(MakesModels = true)]
public sealed class ImageClassifierTests(TrainedModel trained) : IClassFixture<TrainedModel>, IDisposable
{
    private static readonly ImageSpec Small = new() { Height = 32, Width = 32, ResizeSize = 32 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly ImageClassifier _classifier = ImageClassifier.Load(trained.Path, CPU);

    public void Dispose()
    {
        _classifier.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_path_a_stream_bytes_and_pixels_give_the_same_answer()
    {
        var file = trained.Files[0];
        var answer = _classifier.Predict(file);
        using var stream = File.OpenRead(file);

        Values(_classifier.Predict(stream)).Should().Equal(Values(answer));
        Values(_classifier.Predict(File.ReadAllBytes(file))).Should().Equal(Values(answer));
        Values(_classifier.Predict(ImageDecoder.Decode(file))).Should().Equal(Values(answer));
        Values(_classifier.Predict([file]).Single()).Should().Equal(Values(answer));
        stream.CanRead.Should().BeTrue("the caller's stream stays open");
    }

    [Fact]
    public void Answers_hold_every_class_once_the_likeliest_first()
    {
        foreach (var answer in _classifier.Predict(trained.Files))
        {
            answer.Predictions.Select(prediction => prediction.Label).Should().BeEquivalentTo("bag", "coat");
            answer.Predictions.Sum(prediction => prediction.Probability).Should().BeApproximately(1, 1e-6);
            answer.Predictions.Should().BeInDescendingOrder(prediction => prediction.Probability);
            answer.Best.Should().Be(answer.Predictions[0]);
        }
    }

    [Fact]
    public void The_labels_keep_the_order_of_training() => _classifier.Labels.Should().Equal("coat", "bag");

    [Fact]
    public void Images_that_it_never_saw_are_mostly_right() =>
        _classifier.Predict(trained.Files).Zip(
            trained.Files, (answer, file) => answer.Best.Label == Path.GetFileName(Path.GetDirectoryName(file)))
            .Count(right => right).Should().BeGreaterThanOrEqualTo(7);

    [Fact]
    public void The_loaded_model_is_bit_for_bit_the_saved_one()
    {
        using var artefact = ModelArtefact.Open(trained.Path);
        using var loaded = artefact.Restore(VisionBackbones.Create(artefact.BackboneId));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var batch = TrainedModel.Images("validation", 2).Prepare(artefact.Input(ImageSpec.Read)).Load([0, 1, 2, 3], default);

        loaded.Forward(batch.Input).Values.Should().BeIdenticalTo(trained.Model.Forward(batch.Input).Values);
    }

    [Fact]
    public void Many_files_are_answered_as_one_by_one_and_as_the_model_answered_before_it_was_saved()
    {
        using var scope = NewDisposeScope();
        var expected = trained.Logits(trained.Files).softmax(1)[TensorIndex.Colon, 0].to_type(ScalarType.Float64).data<double>().ToArray();

        var many = _classifier.Predict(trained.Files).Select(answer => Of("coat", answer)).ToList();

        many.Should().HaveCount(trained.Files.Count);
        foreach (var (file, before, answer) in trained.Files.Zip(expected, many))
        {
            answer.Should().BeApproximately(before, 1e-6);
            Of("coat", _classifier.Predict(file)).Should().BeApproximately(answer, 1e-5);
        }
    }

    [Fact]
    public void More_files_than_a_batch_are_answered_in_order()
    {
        using var classifier = ImageClassifier.Load(Save(Small), CPU);
        var files = Enumerable.Range(0, 35).Select(i => trained.Files[i % trained.Files.Count]).ToList();

        var answers = classifier.Predict(files).ToList();

        answers.Should().HaveCount(files.Count);
        foreach (var (index, answer) in answers.Index())
            Of("coat", answer).Should().BeApproximately(Of("coat", answers[index % trained.Files.Count]), 1e-5);
        _classifier.Predict((string[])[]).Should().BeEmpty();
    }

    [Fact]
    public void Four_threads_get_the_answers_of_one()
    {
        var alone = trained.Files.Select(file => Values(_classifier.Predict(file))).ToList();
        var together = new (string, double)[trained.Files.Count][];

        Parallel.For(
            0, trained.Files.Count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => together[i] = Values(_classifier.Predict(trained.Files[i])));

        foreach (var (index, answer) in together.Index())
            foreach (var (expected, actual) in alone[index].Zip(answer))
            {
                actual.Item1.Should().Be(expected.Item1);
                actual.Item2.Should().BeApproximately(expected.Item2, 1e-6);
            }
    }

    [Fact]
    public void A_saved_model_needs_nothing_beside_it()
    {
        var moved = Path.Combine(_folder.FullName, "moved.safetensors");
        File.Copy(trained.Path, moved);
        using var classifier = ImageClassifier.Load(moved, CPU);
        Values(classifier.Predict(trained.Files[0])).Should().Equal(Values(_classifier.Predict(trained.Files[0])));
    }

    [Fact]
    public void Images_are_prepared_as_the_saved_model_says()
    {
        var spec = new ImageSpec
        {
            Height = 160, Width = 128, ResizeSize = 170, Mean = [0.2f, 0.3f, 0.4f], Std = [0.5f, 0.6f, 0.7f],
                Interpolation = Interpolation.Bilinear
        };
        using var scope = NewDisposeScope();
        var expected = trained.Logits([trained.Files[0]], spec).softmax(1)[0, 0].item<float>();

        using var classifier = ImageClassifier.Load(Save(spec), CPU);

        Of("coat", classifier.Predict(trained.Files[0])).Should().BeApproximately(expected, 1e-6)
            .And.NotBeApproximately(Of("coat", _classifier.Predict(trained.Files[0])), 1e-4);
    }

    [Fact]
    public void Files_that_are_no_saved_model_are_refused()
    {
        Refused<FileNotFoundException>(Path.Combine(_folder.FullName, "absent.safetensors"), "*absent.safetensors*");
        Refused<WeightFormatException>(trained.Files[0], "*.png'*no weight file*");
        Refused<WeightFormatException>(
            Write("plain.safetensors", path => Safetensors.Write(path, trained.Model.Head.state_dict())), "*plain.safetensors'*no saved model*TransferModel.Save*");
        Refused<WeightFormatException>(
            Write("short.safetensors", path => File.WriteAllBytes(path, File.ReadAllBytes(trained.Path)[..^1000])), "*short.safetensors'*");
        Refused<WeightFormatException>(
            Write("header.safetensors", path => File.WriteAllBytes(path, File.ReadAllBytes(trained.Path)[..1000])), "*header.safetensors'*");
        Refused<WeightFormatException>(Write("empty.safetensors", path => File.WriteAllBytes(path, [])), "*empty.safetensors'*");
    }

    [Fact]
    public void Models_on_other_backbones_are_refused_by_name()
    {
        using var own = new Respecified(SmallNetwork.Backbone(), Small);
        using var model = own.WithHead(new LinearHead(["a", "b"]));
        Refused<WeightFormatException>(
            Write("own.safetensors", model.Save), "*own.safetensors'*backbone 'small'*none of VisionBackbones*ModelArtefact.Restore*");
    }

    [Fact]
    public void A_model_that_started_from_random_weights_loads()
    {
        using var backbone = VisionBackbones.Create("efficientnet_lite0");
        using var model = backbone.WithHead(new LinearHead(["rose", "tulip"]));
        using var classifier = ImageClassifier.Load(Write("random.safetensors", model.Save), CPU);
        classifier.Labels.Should().Equal("rose", "tulip");
    }

    [Fact]
    public void A_model_that_does_not_say_how_it_wants_images_is_refused()
    {
        using var backbone = SmallNetwork.Backbone();
        using var model = backbone.WithHead(new LinearHead(["a", "b"]));
        Refused<WeightFormatException>(Write("tensors.safetensors", model.Save), "*tensors.safetensors'*does not say*images*");
    }

    [Theory]
    [InlineData("\"height\":224", "\"height\":0")]
    [InlineData("\"height\":224", "\"height\":12000")]
    [InlineData("\"height\":224", "\"height\":\"tall\"")]
    [InlineData("\"mean\":[0", "\"mean\":[9,0")]
    [InlineData("\"kind\":\"linear\"", "\"kind\":null")]
    [InlineData("\"version\":2", "\"version\":3")]
    public void A_damaged_description_is_refused(string part, string damage)
    {
        using var whole = WeightFile.Open(trained.Path);
        var description = whole.Metadata["transferlearning"];
        description.Should().Contain(part);
        using var tensor = whole.Read("head.bias");
        Refused<WeightFormatException>(Write("damaged.safetensors", path => Safetensors.Write(
            path, [KeyValuePair.Create("head.bias", tensor)], new Dictionary<string, string> { ["transferlearning"] = description.Replace(part, damage, StringComparison.Ordinal) })), "*damaged.safetensors'*");
    }

    [Fact]
    public void A_backbone_of_your_own_classifies_through_the_constructor()
    {
        using var backbone = new Respecified(SmallNetwork.Backbone(), Small);
        using var classifier = new ImageClassifier(backbone.WithHead(new LinearHead(["rose", "tulip"])), CPU);

        // A new head holds zeros, so all classes are equal; of equals the first label.
        classifier.Predict(trained.Files[0]).Predictions.Should().Equal(new Prediction("rose", 0.5), new Prediction("tulip", 0.5));

        using var blind = SmallNetwork.Backbone();
        using var model = blind.WithHead(new LinearHead(["a", "b"]));
        FluentActions.Invoking(() => new ImageClassifier(model)).Should().Throw<ArgumentException>()
            .WithMessage("*'small'*BackboneInfo.Input*");
        FluentActions.Invoking(() => new ImageClassifier(null!)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void Broken_and_absent_images_are_named_alone_and_among_others()
    {
        var broken = Write("broken.png", path => File.WriteAllText(path, "no picture"));
        var absent = Path.Combine(_folder.FullName, "absent.png");

        _classifier.Invoking(c => c.Predict(broken)).Should().Throw<ImageFormatException>().WithMessage("*broken.png*");
        _classifier.Invoking(c => c.Predict([1, 2, 3])).Should().Throw<ImageFormatException>();
        _classifier.Invoking(c => c.Predict(new MemoryStream())).Should().Throw<ImageFormatException>().WithMessage("*is empty*");
        _classifier.Invoking(c => c.Predict(absent)).Should().Throw<FileNotFoundException>().WithMessage("*absent.png*");
        _classifier.Invoking(c => c.Predict([trained.Files[0], broken, absent]).ToList()).Should().Throw<ImageFormatException>()
            .WithMessage("*broken.png*");
        _classifier.Invoking(c => c.Predict([trained.Files[0], absent, broken]).ToList()).Should().Throw<FileNotFoundException>()
            .WithMessage("*absent.png*");
    }

    [Fact]
    public void Cancellation_ends_the_work_between_batches()
    {
        using var classifier = ImageClassifier.Load(Save(Small), CPU);
        using var stop = new CancellationTokenSource();
        var files = Enumerable.Repeat(trained.Files[0], 1000);
        var answered = 0;

        FluentActions.Invoking(() =>
        {
            foreach (var _ in classifier.Predict(files, stop.Token))
                if (++answered == 1) stop.Cancel();
        }).Should().Throw<OperationCanceledException>();

        answered.Should().Be(32, "the batch in progress is answered");
    }

    private static void Refused<TException>(string path, string message) where TException : Exception =>
        FluentActions.Invoking(() => ImageClassifier.Load(path, CPU)).Should().Throw<TException>().WithMessage(message);

    /// <summary>The trained model, saved as one that wants its images otherwise.</summary>
    private string Save(ImageSpec spec)
    {
        using var model = new Respecified(trained.Backbone, spec).WithHead(new LinearHead(trained.Model.Labels));
        model.Head.load_state_dict(trained.Model.Head.state_dict());
        return Write("respecified.safetensors", model.Save);
    }

    private string Write(string name, Action<string> write)
    {
        var path = Path.Combine(_folder.FullName, name);
        write(path);
        return path;
    }

    private static (string, double)[] Values(Classification answer) =>
        [.. answer.Predictions.Select(prediction => (prediction.Label, prediction.Probability))];

    private static double Of(string label, Classification answer) =>
        answer.Predictions.Single(prediction => prediction.Label == label).Probability;

    /// <summary>A backbone that wants its images otherwise.</summary>
    private sealed class Respecified(IPretrainedBackbone backbone, ImageSpec spec) : IPretrainedBackbone
    {
        public BackboneInfo Info => backbone.Info with { Input = spec, Weights = new WeightProvenance("a test") };

        public nn.Module Module => backbone.Module;

        public IReadOnlyList<LayerGroup> LayerGroups => backbone.LayerGroups;

        public Tensor Pool(TensorSet hidden) => backbone.Pool(hidden);

        public void Dispose() => backbone.Dispose();
    }
}
