using TransferLearning.TestKit;
using TransferLearning.Tests.Adapters;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Strategies;

public sealed class LoraFineTuningTests
{
    private static readonly LoraOptions Options = new() { Rank = 2, Dropout = 0.2, TargetModules = ["query", "value"] };

    private static TrainerOptions Run { get; } = new() { Epochs = 3, BatchSize = 8, Optimizer = new AdamW(0.01), Device = CPU };

    [Fact]
    public void It_trains_the_adapter_and_the_head_and_nothing_else()
    {
        using var model = TinyBert.Model();
        var backbone = State(model.Backbone.Module);
        var head = State(model.Head);
        Fit(model, Run);
        State(model.Backbone.Module).Should().BeEquivalentTo(backbone);
        State(model.Head).Should().NotBeEquivalentTo(head);
        var lora = model.Adapters.Should().ContainSingle().Which.Should().BeOfType<Lora>().Subject;
        lora.Layers.Values.SelectMany(layer => layer.named_parameters()).Should()
            .OnlyContain(entry => entry.parameter.count_nonzero().item<long>() > 0);

        var before = State(lora.Layers.Values.First());
        Fit(model, Run);
        model.Adapters.Should().Equal(lora);
        State(lora.Layers.Values.First()).Should().NotBeEquivalentTo(before, "it is trained on");
        model.Invoking(m => Fit(m, Run, Options with { Rank = 4 })).Should().Throw<ArgumentException>()
            .WithMessage("*LoRA of other options*merge it first*");
    }

    [Fact]
    public void A_stopped_run_goes_on_to_the_same_bits_and_its_checkpoints_hold_adapter_and_head_alone()
    {
        using var folder = new TemporaryFolder();
        using var whole = TinyBert.Model();
        Fit(whole, Run);

        var options = Run with { Checkpoints = new(folder.Path) { Resume = true, Interval = TimeSpan.Zero } };
        using (var stopped = TinyBert.Model())
        {
            using var stop = new CancellationTokenSource();
            stopped.Invoking(
                m => new Trainer(options, new LoraFineTuning(Options)).Fit(m, new BertBatches(), null, new StopAt(6, stop), stop.Token))
                    .Should().Throw<OperationCanceledException>();
        }
        using (var file = WeightFile.Open(Directory.GetFiles(folder.Path, "checkpoint-*").Order().Last()))
        {
            var names = file.Tensors.Keys.Where(name => !name.StartsWith("training.", StringComparison.Ordinal)).ToList();
            names.Should().HaveCount(2 + 2 * 2 * 2).And.OnlyContain(
                name => name.StartsWith("adapter.lora.", StringComparison.Ordinal) || name.StartsWith("head.", StringComparison.Ordinal));
        }

        using var resumed = TinyBert.Model();
        Fit(resumed, options);
        State(resumed.Head).Should().BeEquivalentTo(State(whole.Head));
        foreach (var (path, layer) in resumed.Adapters[0].Layers)
            State(layer).Should().BeEquivalentTo(State(whole.Adapters[0].Layers[path]), path);
    }

    [Fact]
    public async Task Runs_in_two_threads_do_not_disturb_each_other()
    {
        using var alone = TinyBert.Model();
        Fit(alone, Run);
        var expected = State(alone.Head);
        TransferModel[] models = [TinyBert.Model(), TinyBert.Model()];
        await Task.WhenAll(models.Select(model => Task.Run(() => Fit(model, Run))));
        foreach (var model in models)
        {
            State(model.Head).Should().BeEquivalentTo(expected);
            model.Dispose();
        }
    }

    [Fact]
    public void Statistics_of_batch_norm_stay_so_that_the_adapter_fits_the_pretrained_weights()
    {
        using var folder = new TemporaryFolder();
        using var images = Formula.Input("images", [16, 3, 8, 8], -1, 1);
        using (var model = SmallNetwork.Backbone().WithHead(new LinearHead(["a", "b"]), ownsBackbone: true))
        {
            new Trainer(Run, new LoraFineTuning(new() { Rank = 1, TargetModules = ["conv2"] })).Fit(
                model, new TensorDataset(images, [.. Enumerable.Range(0, 16).Select(i => i % 2)], ["a", "b"]));
            model.SaveAdapter(folder.File("adapter"));
        }
        using var artefact = ModelArtefact.Open(folder.File("adapter"));
        using var restored = artefact.Restore(SmallNetwork.Backbone());
        restored.Adapters.Should().ContainSingle();
    }

    [Fact]
    [NoTensorLeaks(MakesModels = true)]
    public void A_run_leaves_no_tensors_behind()
    {
        using var model = TinyBert.Model();
        Fit(model, Run with { Epochs = 1 });
        ((Lora)model.Adapters[0]).Merge();
    }

    private static void Fit(TransferModel model, TrainerOptions run, LoraOptions? options = null)
    {
        set_num_threads(1);
        new Trainer(run, new LoraFineTuning(options ?? Options)).Fit(model, new BertBatches());
    }

    private static Dictionary<string, byte[]> State(nn.Module module) =>
        module.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.bytes.ToArray());

    private sealed class StopAt(int batch, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        private int _batches;

        public void Report(TrainingProgress now)
        {
            if (now.Phase == TrainingPhase.Training && ++_batches == batch) stop.Cancel();
        }
    }
}
