using Snippets.Signals;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Docs.Tests;

/// <summary>A modality of one's own, made of the public API alone.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class SignalsTests : IDisposable
{
    private const string Name = "signalnet_small";

    private readonly TemporaryFolder _folder = new();

    // With more threads they would only wait for each other over networks so small.
    public SignalsTests() => set_num_threads(1);

    [Fact]
    public void Every_layer_is_trained_and_the_saved_model_predicts_the_same()
    {
        using var classifier = Trained();
        using var loaded = SignalClassifier.Load(_folder.File("waves.safetensors"));
        float[][] signals = [.. Waves.Classes.Select((name, i) => Waves.Draw(name, 256, new SplitMix64(9, 0, (ulong)i)))];

        var answers = classifier.Predict(signals);

        classifier.Report!.Accuracy.Should().BeGreaterThan(0.95);
        answers.Select(answer => answer.Best.Label).Should().Equal(Waves.Classes);
        loaded.Predict(signals).Should().BeEquivalentTo(answers, options => options.WithStrictOrdering());
    }

    [Fact]
    public void A_head_for_other_classes_is_trained_on_the_saved_model()
    {
        Trained().Dispose();
        var signals = Waves.Of(Waves.OtherClasses, each: 20);

        using var classifier = SignalClassifier.FineTune(signals, backbone: Name, weights: _folder.File("waves.safetensors"));

        classifier.Report!.Strategies.Should().StartWith(["The head alone, since there are 16 examples a class.", "freeze backbone"]);
        classifier.Report.FeatureCaches.Should().NotBeEmpty();
        classifier.Report.Accuracy.Should().BeGreaterThan(0.9);
    }

    [Theory]
    [InlineData(FineTuneMethod.FewShot)]
    [InlineData(FineTuneMethod.Gradual)]
    public void Other_methods_learn_too(FineTuneMethod method)
    {
        Trained().Dispose();

        using var classifier = SignalClassifier.FineTune(
            Waves.Of(Waves.OtherClasses, each: 20), new FineTuneOptions { Method = method }, Name, _folder.File("waves.safetensors"));

        classifier.Report!.Accuracy.Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void A_run_that_was_stopped_goes_on_to_the_same_bytes()
    {
        var weights = RandomWeights();
        var undisturbed = Bytes(new FineTuneOptions { Method = FineTuneMethod.Full, Epochs = 3 });
        var checkpoints = new CheckpointOptions(_folder.File("run")) { Resume = true };
        var options = new FineTuneOptions { Method = FineTuneMethod.Full, Epochs = 3, Checkpoints = checkpoints };
        using var cancellation = new CancellationTokenSource();
        var stop = new ImmediateProgress(now => { if (now is { Epoch: 2, Batch: 2 }) cancellation.Cancel(); });

        var stopped = () => SignalClassifier.FineTune(Waves.Of(Waves.Classes, each: 20), options, Name, weights, stop, cancellation.Token);

        stopped.Should().Throw<OperationCanceledException>();
        Bytes(options).Should().Equal(undisturbed);

        byte[] Bytes(FineTuneOptions options)
        {
            using var classifier = SignalClassifier.FineTune(Waves.Of(Waves.Classes, each: 20), options, Name, weights);
            classifier.Save(_folder.File("run.safetensors"));
            return File.ReadAllBytes(_folder.File("run.safetensors"));
        }
    }

    [Fact]
    public void The_specification_of_the_input_travels_with_the_weights()
    {
        var spec = new SignalSpec(Length: 100, Mean: 0.5f, Deviation: 2);
        using var model = SignalBackbones.Create(Name, spec).WithHead(new LinearHead(Waves.Classes), ownsBackbone: true);

        model.Save(_folder.File("spec.safetensors"));
        using var artefact = ModelArtefact.Open(_folder.File("spec.safetensors"));

        artefact.Input(SignalSpec.Read).Should().Be(spec);
    }

    [Fact]
    public void Signals_are_cut_filled_up_and_normalised()
    {
        using var batch = new SignalSpec(Length: 4, Mean: 1, Deviation: 2).Prepare([[1, 2, 3, 4, 5, 6], [3, 5]]);

        batch.Values.data<float>().ToArray().Should().Equal(0.5f, 1, 1.5f, 2, 0, 1, 2, 0);
    }

    [Fact]
    public void An_epoch_changes_a_signal_in_the_same_way_each_time_and_in_another_than_the_next()
    {
        var source = Waves.Of(Waves.Classes, each: 1).WithAugmentation(new RandomShift()).Prepare(new SignalSpec(256));

        Values(epoch: 1).Should().Equal(Values(epoch: 1)).And.NotEqual(Values(epoch: 2));

        float[] Values(int epoch)
        {
            using var batch = source.Load([3], new EpochSeed(7, epoch));
            return batch.Input.Values.data<float>().ToArray();
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var signals = Waves.Of(Waves.Classes, each: 1);

        new Func<object>[]
        {
            () => signals.Subset([5]),
            () => signals.Prepare(null),
            () => new SignalDataset([[1f], [2f]], Targets.Classes(["a"])).Prepare(new SignalSpec(8)),
            () => new SignalSpec(0),
            () => new SignalSpec(8, Deviation: 0),
            () => SignalBackbones.Create("signalnet_smal"),
        }.Should().AllSatisfy(bad => bad.Should().Throw<ArgumentException>());
    }

    public void Dispose() => _folder.Dispose();

    private SignalClassifier Trained()
    {
        var classifier = SignalClassifier.FineTune(Waves.Of(Waves.Classes, each: 80), options: null, Name, RandomWeights());
        classifier.Save(_folder.File("waves.safetensors"));
        return classifier;
    }

    private string RandomWeights()
    {
        manual_seed(0);
        using var backbone = SignalBackbones.Create(Name);
        Safetensors.Write(_folder.File("random.safetensors"), backbone.Module.state_dict());
        return _folder.File("random.safetensors");
    }
}
