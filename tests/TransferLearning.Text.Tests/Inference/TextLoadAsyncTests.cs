using TransferLearning.TestKit;
using static TorchSharp.torch;
using static TransferLearning.TestKit.HubServer;

namespace TransferLearning.Text.Tests.Inference;

[NoTensorLeaks(MakesModels = true)]
public sealed class TextLoadAsyncTests : IDisposable
{
    private readonly TinyFolder _tiny = TinyFolder.Of(TinyFolder.Configuration("bert_tiny", ("vocab_size", 30522)));

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public async Task Each_of_the_five_is_loaded_as_by_the_other_form()
    {
        var (texts, words, masks) = (_tiny.At("texts.safetensors"), _tiny.At("words.safetensors"), _tiny.At("masks.safetensors"));
        using (var backbone = TextBackbones.Open(_tiny.FullName))
        {
            using (var model = backbone.WithHead(backbone.ClassificationHead(["a", "b"]))) model.Save(texts);
            using (var model = backbone.WithHead(backbone.TokenClassificationHead(["O", "X"]))) model.Save(words);
            using (var model = backbone.WithHead(backbone.MaskedLanguageModelHead())) model.Save(masks);
        }

        using (var classifier = await TextClassifier.LoadAsync(texts, CPU))
        using (var same = TextClassifier.Load(texts, CPU)) classifier.Score("a bird").Should().Equal(same.Score("a bird"));
        using (var classifier = await TokenClassifier.LoadAsync(words, CPU)) classifier.Predict("a bird").Should().HaveCount(2);
        using (var filler = await MaskFiller.LoadAsync(masks, CPU)) filler.Fill("a [MASK]").Should().HaveCount(1);
        using (var encoder = await SentenceEncoder.LoadAsync(_tiny.FullName, CPU))
            (await encoder.EncodeAsync(["a bird"]))[0].Should().Equal(encoder.Encode("a bird"));
        using (var encoder = await SentenceEncoder.LoadAsync(texts, CPU))
        using (var plain = SentenceEncoder.Load(_tiny.FullName, CPU))
            encoder.Encode("a bird").Zip(plain.Encode("a bird"), (a, b) => Math.Abs(a - b)).Max().Should()
                .BeLessThan(1e-6f, "the saved model has that backbone");
        using (var backbone = await TextBackbones.LoadAsync(_tiny.FullName)) backbone.Info.FeatureSize.Should().BePositive();
        var cancelled = () => TextClassifier.LoadAsync(texts, cancellationToken: new CancellationToken(canceled: true));
        await cancelled.Should().ThrowAsync<OperationCanceledException>();
        var absent = () => MaskFiller.LoadAsync("absent.safetensors");
        await absent.Should().ThrowAsync<FileNotFoundException>();
    }

    [Fact]
    public async Task A_download_from_the_hub_is_told_of_cancelled_in_its_middle_and_continued_with_what_belongs_beside_it()
    {
        const int Sent = 100_000;
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        List<int> starts = [];
        using var server = new HubServer(request =>
        {
            var file = _tiny.At(Path.GetFileName(request.Path));
            if (!File.Exists(file)) return Answer("404 Not Found", []);
            if (!file.EndsWith("model.safetensors", StringComparison.Ordinal)) return Serve(request, File.ReadAllBytes(file));
            lock (starts) starts.Add(request.Start);
            return Serve(request, File.ReadAllBytes(file), sent: request.Start == 0 ? Sent : null);
        }, hold.Task);
        using var environment = new HubEnvironment(server);
        using var progress = new StopsAfter<DownloadProgress>(now => now is { File: "model.safetensors", Received: >= Sent });
        var data = _tiny.At("mails.csv");
        File.WriteAllText(data, "text,label\na bird,animal\na cow,animal\na soup,food\na cake,food\n");

        var load = () => TextBackbones.LoadAsync("owner/tiny", progress: progress, cancellationToken: progress.Token);
        await load.Should().ThrowAsync<OperationCanceledException>();
        progress.Told.Select(now => now.File).Should().Contain("config.json").And.Contain("vocab.txt");
        using var second = new StopsAfter<DownloadProgress>(now => now.File == "model.safetensors");
        hold.SetResult();
        FluentActions.Invoking(
            () => TextClassifier.FineTune(data, "owner/tiny", new FineTuneOptions { Downloads = second }, cancellationToken: second.Token))
            .Should().Throw<OperationCanceledException>();
        using var backbone = await TextBackbones.LoadAsync("owner/tiny");
        backbone.Info.Weights!.Source.Should().Be("owner/tiny@main");
        starts[0].Should().Be(0);
        starts[1].Should().Be(Sent);
    }

    [Fact]
    public async Task Fine_tuning_and_opening_run_on_a_thread_of_their_own()
    {
        var file = _tiny.At("mails.csv");
        File.WriteAllText(
            file, string.Concat(Enumerable.Range(0, 10).Select(i => $"a bird {i},animal\na soup {i},food\n").Prepend("text,label\n")));
        (await TextFile.OpenAsync(file)).Count.Should().Be(20);
        using var classifier = await TextClassifier.FineTuneAsync(
            file, _tiny.FullName, new FineTuneOptions { Method = FineTuneMethod.Head, Device = CPU });
        classifier.Labels.Should().Equal("animal", "food");
        using var stop = new StopsAfter<TrainingProgress>(_ => true);
        var run = () => TextClassifier.FineTuneAsync(
            file, _tiny.FullName, new FineTuneOptions { Method = FineTuneMethod.Full, Epochs = 50, Device = CPU }, stop, stop.Token);
        await run.Should().ThrowAsync<OperationCanceledException>();
        File.WriteAllText(_tiny.At("words.conll"), string.Concat(Enumerable.Repeat("Anna B-PER\nsings O\n\n", 6)));
        using var words = await TokenClassifier.FineTuneAsync(
            _tiny.At("words.conll"), _tiny.FullName, new FineTuneOptions { Epochs = 1, Device = CPU });
        words.Evaluate(_tiny.At("words.conll")).Classification!.Count.Should().Be(12);
    }

    [Fact]
    public void Load_options_reach_network_and_head_of_a_fine_tuned_folder()
    {
        using (var file = WeightFile.Open(_tiny.At("model.safetensors")))
        using (NewDisposeScope())
            _tiny.WriteWeights(
                "model.safetensors", [.. file.Tensors.Keys.Select(name => ($"net.bert.{name}", file.Read(name))), ("net.top.weight", ones(2, file.Tensors["pooler.dense.bias"].Shape[0])), ("net.top.bias", ones(2)), ("net.extra", ones(3))]);
        var options = new WeightLoadOptions { Rules = [new NameRule("mine", @"^net\.top\.", "classifier."), new NameRule("mine", @"^net\.", "")], MayBeUnexpected = ["extra"] };
        using (var model = TextBackbones.OpenClassifier(_tiny.FullName, options: options))
        {
            model.Head.state_dict()["classifier.bias"].data<float>().Should().Equal(1, 1);
            model.Backbone.Dispose();
        }
        FluentActions.Invoking(() => TextBackbones.OpenClassifier(_tiny.FullName)).Should().Throw<InvalidDataException>()
            .WithMessage("*no tensor 'classifier.weight'*");
    }

    [Fact]
    public void Words_masks_and_vectors_of_broken_weights_are_refused_and_later_calls_after_Dispose_too()
    {
        var backbone = TextBackbones.Open(_tiny.FullName);
        using (no_grad()) backbone.Module.parameters().First().fill_(double.NaN);
        var words = new TokenClassifier(backbone.WithHead(backbone.TokenClassificationHead(["O", "X"])), CPU);
        var masks = new MaskFiller(backbone.WithHead(backbone.MaskedLanguageModelHead()), CPU);
        using var encoder = new SentenceEncoder(backbone, CPU);

        Refuses<ArgumentException>(() => words.Predict("a bird"), "The text makes the model give NaN*");
        Refuses<ArgumentException>(() => masks.Fill("a [MASK]"), "The text makes the model give NaN*");
        Refuses<ArgumentException>(() => encoder.Encode(["a", "a longer text"]), "Text 1 ('a longer text') makes the model give NaN*");
        foreach (var one in new IDisposable[] { words, masks, encoder }) one.Dispose();
        Refuses<ObjectDisposedException>(() => words.Predict("a bird"), "*TokenClassifier*");
        Refuses<ObjectDisposedException>(() => masks.Fill("a [MASK]"), "*MaskFiller*");
        Refuses<ObjectDisposedException>(() => encoder.Encode("a"), "*SentenceEncoder*");
    }

    [Fact]
    public async Task An_encoder_serves_threads_to_the_last_while_it_is_disposed()
    {
        var encoder = SentenceEncoder.Load(_tiny.FullName, CPU);
        var answered = 0;
        var workers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            while (true)
            {
                encoder.Encode("the same text");
                Interlocked.Increment(ref answered);
            }
        })).ToArray();
        while (Volatile.Read(ref answered) < 20) await Task.Yield();
        encoder.Dispose();
        foreach (var worker in workers)
            (await FluentActions.Awaiting(() => worker).Should().ThrowAsync<ObjectDisposedException>()).Which.ObjectName.Should()
                .Be("SentenceEncoder");
    }

    private static void Refuses<TException>(Func<object> act, string message) where TException : Exception =>
        act.Should().Throw<TException>().WithMessage(message);
}
