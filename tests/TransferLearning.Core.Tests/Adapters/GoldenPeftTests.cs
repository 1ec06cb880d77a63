using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Adapters;

/// <summary>Adapters of the peft library: outputs of its files, merged weights, and training.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class GoldenPeftTests
{
    private const string Wrapper = "base_model.model.";

    private static readonly GoldenCase Golden = GoldenCase.Open("training/peft");

    [Theory]
    [InlineData("lora_bert")]
    [InlineData("lora_bert_bias")]
    [InlineData("lora_bert_embedding")]
    [InlineData("lora_bert_patterns")]
    public void Files_of_peft_give_its_logits_and_merged_weights(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Case(name);
        using var model = TinyBert.Model();
        Logits(model).Should().BeWithin(golden.GetProperty("tolerance").GetDouble(), golden.GetProperty("logits_without_adapter").Floats());

        var lora = Lora.OpenPeft(TestFiles.Golden($"training/peft/{name}"), model.Backbone, model.Head);
        model.Add(lora);
        Logits(model).Should().BeWithin(golden.GetProperty("tolerance").GetDouble(), golden.GetProperty("logits").Floats());

        lora.Merge();
        Logits(model).Should().BeWithin(golden.GetProperty("tolerance").GetDouble(), golden.GetProperty("logits").Floats());
        if (golden.TryGetProperty("merged", out var merged)) CheckMerged(model.Backbone.Module, merged);
    }

    [Fact]
    public void Scaling_with_the_root_of_the_rank_gives_the_logits_of_rsLoRA()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Case("rslora_bert");
        using var model = TinyBert.Model();
        model.Add(new Lora(model.Backbone, new() { Rank = 4, Alpha = 8, IsRankStabilized = true, TargetModules = ["query", "value"] }));
        Fill(model, gainOfB: 0.3);
        Logits(model).Should().BeWithin(golden.GetProperty("tolerance").GetDouble(), golden.GetProperty("logits").Floats());
    }

    [Theory]
    [InlineData("lora_bert", true, "query", "value")]
    [InlineData("rslora_bert", false, "query", "value")]
    [InlineData("lora_bert_bias", false, "query")]
    [InlineData("lora_bert_embedding", false, "word_embeddings")]
    public void Training_gives_the_losses_and_weights_of_peft(string name, bool trainsHead, params string[] modules)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Case(name).GetProperty("train");
        using var model = TinyBert.Model();
        var options = new LoraOptions
        {
            Rank = 4, Alpha = 8, TargetModules = modules, IsRankStabilized = name == "rslora_bert", Bias = name == "lora_bert_bias"
                ? LoraBias.LoraOnly
                : LoraBias.None,
        };
        var watch = new Watch(() => Fill(model, gainOfB: 0));
        IFineTuneStrategy[] strategies = [new LoraFineTuning(options), watch, .. trainsHead ? (IFineTuneStrategy[])[] : [HeadFrozen()]];
        Train(model, strategies);

        watch.Losses.Should().HaveCount(5);
        foreach (var (loss, expected) in watch.Losses.Zip(golden.GetProperty("losses").Numbers()))
            loss.Should().BeApproximately(expected, 1e-5);
        watch.FirstGradientOfA.Should().Be(0, "B is zero");
        Logits(model).Should().BeWithin(
            golden.GetProperty("tolerance").GetProperty("logits_after").GetDouble(), golden.GetProperty("logits_after").Floats());
        foreach (var (matrix, value) in Matrices(model)) value.Should().BeWithin(1e-4, Golden.Tensor($"{name}/trained/{matrix}"), matrix);
    }

    [Fact]
    public void BitFit_gives_the_losses_of_training_biases_alone()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Json.GetProperty("papers").EnumerateArray().Single(paper => paper.GetProperty("name").GetString() == "bitfit")
            .GetProperty("train");
        using var model = TinyBert.Model();
        var watch = new Watch(() => { });
        Train(model, new BitFit(), watch);
        foreach (var (loss, expected) in watch.Losses.Zip(golden.GetProperty("losses").Numbers()))
            loss.Should().BeApproximately(expected, 1e-5);
        Logits(model).Should().BeWithin(
            golden.GetProperty("tolerance").GetProperty("logits_after").GetDouble(), golden.GetProperty("logits_after").Floats());
    }

    [Fact]
    public void A_convolution_gives_the_logits_merged_weights_and_training_of_peft()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Case("lora_conv");
        using var model = TinyCnn();
        var lora = Lora.OpenPeft(TestFiles.Golden("training/peft/lora_conv"), model.Backbone);
        model.Add(lora);
        model.Eval();
        Logits(model, Images(0)).Should().BeWithin(golden.GetProperty("tolerance").GetDouble(), golden.GetProperty("logits").Floats());
        lora.Merge();
        Logits(model, Images(0)).Should().BeWithin(golden.GetProperty("tolerance").GetDouble(), golden.GetProperty("logits").Floats());
        CheckMerged(model.Backbone.Module, golden.GetProperty("merged"));
        lora.Unmerge();

        // peft moves the statistics of batch norm, which LoraFineTuning leaves as they are.
        var (train, labels) = (
            golden.GetProperty("train"), GoldenCase.Open("training/loop_cnn").Json.GetProperty("input").GetProperty("labels"));
        Fill(model, gainOfB: 0);
        model.Backbone.Module.train();
        using var optimizer = new AdamW(0.02, 0).Create();
        var matrices = new ParameterGroup([.. lora.Layers.Values.SelectMany(layer => layer.parameters())]) { LearningRate = 0.02 };
        for (var i = 0; i < 5; i++)
        {
            using var step = NewDisposeScope();
            foreach (var parameter in matrices.Parameters) parameter.grad = null;
            var loss = nn.functional.cross_entropy(model.Forward(Images(i)).Values, tensor(labels[i].Integers(), ScalarType.Int64));
            loss.backward();
            optimizer.Step([matrices]);
            loss.item<float>().Should().BeApproximately((float)train.GetProperty("losses")[i].GetDouble(), 1e-5f);
        }
        model.Eval();
        Logits(model, Images(0)).Should().BeWithin(
            train.GetProperty("tolerance").GetProperty("logits_after").GetDouble(), train.GetProperty("logits_after").Floats());
    }

    [Fact]
    public void A_weight_that_is_stored_inputs_first_is_merged_as_peft_merges_GPT_2()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Case("lora_gpt2");
        using var backbone = Transposed.Backbone();
        using var lora = Lora.OpenPeft(TestFiles.Golden("training/peft/lora_gpt2"), backbone);
        lora.Layers.Keys.Should().Equal("transformer.h.0.attn.c_attn", "transformer.h.1.attn.c_attn");
        lora.Merge();
        CheckMerged(backbone.Module, golden.GetProperty("merged"));
    }

    private static void Train(TransferModel model, params IFineTuneStrategy[] strategies)
    {
        set_num_threads(1);
        var options = new TrainerOptions
        {
            Epochs = 2, BatchSize = 8, Sampler = new SequentialSampler(), Optimizer = new AdamW(0.02, 0), Device = CPU
        };
        new Trainer(options, strategies).Fit(model, new BertBatches());
    }

    private static FreezeParameters HeadFrozen() => new(parameter => parameter.Name.StartsWith("head.", StringComparison.Ordinal), "head");

    /// <summary>The matrices' start in the golden files: A (gain 1) and B by the formula of their names there.</summary>
    private static void Fill(TransferModel model, double gainOfB)
    {
        using var _ = no_grad();
        foreach (var (name, value) in Matrices(model))
        {
            using var start = Formula.Weight(name, value.shape, name.Contains("_B", StringComparison.Ordinal) ? gainOfB : 1);
            value.copy_(start);
        }
    }

    private static IEnumerable<(string Name, Tensor Value)> Matrices(TransferModel model) =>
        from layer in ((Lora)model.Adapters[0]).Attached
        from matrix in layer.Value.Matrices.ForPeft
        select ($"{Wrapper}{layer.Key}.{matrix.Name}", matrix.Value);

    private static void CheckMerged(nn.Module module, JsonElement merged)
    {
        var weight = module.named_parameters().Single(entry => entry.name == merged.GetProperty("weight").GetString()).parameter;
        using var first = weight.detach().flatten()[..24];
        first.Should().BeWithin(1e-6, merged.GetProperty("values").Floats());
    }

    private static Tensor Logits(TransferModel model)
    {
        using var batch = new BertBatches().Load([.. Enumerable.Range(0, 8)], default);
        return Logits(model, batch.Input);
    }

    private static Tensor Logits(TransferModel model, TensorSet input)
    {
        using var _ = no_grad();
        return model.Forward(input).Values;
    }

    private static Tensor Images(int batch) =>
        Formula.Input(GoldenCase.Open("training/loop_cnn").Json.GetProperty("input").GetProperty("batches")[batch]);

    private static TransferModel TinyCnn()
    {
        var network = nn.Sequential(
            ("conv1", nn.Conv2d(3, 8, 3, padding: 1, bias: false)), ("bn1", nn.BatchNorm2d(8)), ("relu1", nn.ReLU()),
            ("pool", nn.MaxPool2d(2)),
            ("conv2", nn.Conv2d(8, 12, 3, padding: 1, bias: false)), ("bn2", nn.BatchNorm2d(12)), ("relu2", nn.ReLU()));
        Formula.FillModule(network);
        var model = new ModuleBackbone("tiny cnn", network, 12).WithHead(new LinearHead(["a", "b", "c", "d"]), ownsBackbone: true);
        using var _ = no_grad();
        foreach (var (name, parameter) in model.Head.named_parameters()) parameter.copy_(Formula.Weight($"head.{name}", parameter.shape));
        return model;
    }

    /// <summary>Sets the start, and ends the run after five steps.</summary>
    private sealed class Watch(Action start) : IFineTuneStrategy
    {
        public string Description => "watch";

        public List<double> Losses { get; } = [];

        public double FirstGradientOfA { get; private set; } = double.NaN;

        public void Prepare(TrainingSession session) => start();

        public void Step(TrainingStep step, Action next)
        {
            next();
            Losses.Add(step.Loss.item<float>());
            if (Losses.Count > 1) return;
            var gradients = step.Session.Groups.SelectMany(group => group.Parameters)
                .Where(parameter => parameter.Name.EndsWith(".A", StringComparison.Ordinal)).ToList();
            FirstGradientOfA = gradients.Sum(parameter => parameter.Parameter.grad!.abs().sum().item<float>());
        }

        public void AfterStep(TrainingStep step)
        {
            if (step.Session.Step == 5) step.Session.Stop("five steps", now: true);
        }
    }
}
