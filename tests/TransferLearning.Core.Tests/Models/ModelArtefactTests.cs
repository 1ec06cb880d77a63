using System.Text.Json;
using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Models;

[NoTensorLeaks(MakesModels = true)]
public sealed class ModelArtefactTests : IDisposable
{
    private readonly Experiment _experiment = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _experiment.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_restored_model_gives_the_same_bits()
    {
        _experiment.Fit();
        var path = Save();
        using var artefact = ModelArtefact.Open(path);
        using var model = artefact.Restore(SmallNetwork.Backbone());

        model.Labels.Should().Equal(Experiment.Classes);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        TensorSet input = _experiment.Images;
        model.Forward(input).Values.Should().BeIdenticalTo(_experiment.Model.Forward(input).Values);
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes() => File.ReadAllBytes(Save("one")).Should().Equal(File.ReadAllBytes(Save("two")));

    [Fact]
    public void The_file_says_what_it_is()
    {
        using var backbone = new ModuleBackbone("resnet \"ä\"", nn.Flatten(), 192)
        {
            Info = new BackboneInfo("resnet \"ä\"", 192) { Weights = new WeightProvenance("weights.pth", new string('a', 64), "MIT") },
        };
        using var model = backbone.WithHead(new LinearHead(["Tulpe", "Rose & Söhne"]));
        model.Save(_folder.File("model.safetensors"));

        using var artefact = ModelArtefact.Open(_folder.File("model.safetensors"));
        (artefact.BackboneId, artefact.HeadKind, artefact.PretrainedWeights).Should().Be(("resnet \"ä\"", "linear", backbone.Info.Weights));
        artefact.Labels.Should().Equal("Tulpe", "Rose & Söhne");
        artefact.Objective.Should().BeOfType<CrossEntropy>();
        artefact.Lacks.Should().BeNull();
        using var file = WeightFile.Open(_folder.File("model.safetensors"));
        file.Metadata["format"].Should().Be("pt", "other readers of safetensors expect it");
        JsonDocument.Parse(file.Metadata["transferlearning"]).RootElement.EnumerateObject().Select(p => p.Name).Should()
            .Equal("version", "backbone", "head");
        file.Tensors.Keys.Should().BeEquivalentTo("head.weight", "head.bias");
    }

    [Fact]
    public void A_label_that_cannot_be_read_again_is_refused()
    {
        using var backbone = SmallNetwork.Backbone();
        using var model = backbone.WithHead(new LinearHead(["a\ud800", "a\ud801"]));
        model.Invoking(m => m.Save(_folder.File("model.safetensors"))).Should().Throw<ArgumentException>().WithMessage("*surrogate pair*");
        File.Exists(_folder.File("model.safetensors")).Should().BeFalse();
    }

    [Fact]
    public void Weights_that_are_no_saved_model_are_named()
    {
        Safetensors.Write(_folder.File("weights.safetensors"), new Dictionary<string, Tensor> { ["w"] = _experiment.Images });
        Refuses(_folder.File("weights.safetensors"), "*weights.safetensors' holds weights but no saved model*TransferModel.Save*");
    }

    [Theory]
    [InlineData("""{"version":3,"whatever":[]}""", "*was saved in version 3*Update the library*")]
    [InlineData("""{"version":1,"whatever":[]}""", "*was saved in version 1*Train and save it again*")]
    [InlineData("""{"version":2}""", "*description is damaged*Save the model again*")]
    [InlineData("""{"version":2,"backbone":null,"head":null}""", "*description is damaged*")]
    [InlineData("""{"version":2,"backbone":{"id":"x","featureSize":2},"head":{"kind":"linear","labels":null,"objective":{"kind":"cross-entropy"}}}""", "*description is damaged*")]
    [InlineData("null", "*description is damaged*")]
    [InlineData("{", "*description is damaged*")]
    [InlineData("[]", "*description is damaged*")]
    public void A_description_that_cannot_be_read_is_named(string description, string message)
    {
        Safetensors.Write(
            _folder.File("odd.safetensors"), new Dictionary<string, Tensor> { ["w"] = _experiment.Images },
            new Dictionary<string, string> { ["transferlearning"] = description });
        Refuses(_folder.File("odd.safetensors"), message);
    }

    [Fact]
    public void A_truncated_or_missing_file_is_named()
    {
        var whole = File.ReadAllBytes(Save());
        Refuses(_folder.Write("half.safetensors", whole.AsSpan(0, whole.Length / 2)), "*half.safetensors*");
        var open = () => ModelArtefact.Open(_folder.File("absent"));
        open.Should().Throw<FileNotFoundException>();
    }

    [Fact]
    public void Another_backbone_is_refused_and_disposed()
    {
        using var artefact = ModelArtefact.Open(Save());
        var other = nn.Linear(12, 12);
        var restore = () => artefact.Restore(new ModuleBackbone("other", other, 12));
        restore.Should().Throw<WeightMismatchException>().WithMessage("*stage1.conv1.weight*");
        other.weight!.IsInvalid.Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void Every_head_of_the_library_comes_back_as_it_was(string kind)
    {
        var head = Head(kind);
        using var model = _experiment.Backbone.WithHead(head);
        using (no_grad())
            foreach (var tensor in model.Head.parameters().Concat(model.Head.buffers()).Where(tensor => tensor.is_floating_point()))
            {
                using var value = Formula.Input("head", tensor.shape, 0.1, 1);
                tensor.copy_(value);
            }
        model.Eval();
        model.Save(_folder.File("head.safetensors"));

        using var artefact = ModelArtefact.Open(_folder.File("head.safetensors"));
        using var restored = artefact.Restore(SmallNetwork.Backbone());
        artefact.HeadKind.Should().Be(kind);
        restored.Replacer.Should().BeOfType(head.GetType()).And.BeEquivalentTo(
            head,
            options => options.RespectingRuntimeTypes().Using<double>(_ => { })
                .When(member => member.Path == "Dropout" || member.Path == "Scale")
                .Excluding(member => member.Path.EndsWith("Settings", StringComparison.Ordinal)));
        restored.Replacer.Objective.Should().Be(head.Objective);
        restored.Replacer.Settings.ToJsonString().Should().Be(head.Settings.ToJsonString());
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        restored.Forward(_experiment.Images).Values.Should().BeIdenticalTo(model.Forward(_experiment.Images).Values);
    }

    public static TheoryData<string> Heads => ["linear", "mlp", "cosine", "prototype", "attention", "concat-pooling", "generalized-mean", "multi-task"];

    private static IHeadReplacer Head(string kind) => kind switch
    {
        "linear" => new LinearHead(Experiment.Classes, dropout: 0.3) { Pooling = HeadPooling.MeanMax, Normalize = true },
        "mlp" =>
            new MlpHead(Experiment.Classes, [7, 5], dropout: 0.2) { Normalization = HeadNormalization.Batch, Pooling = HeadPooling.Max },
        "cosine" => new CosineHead(Experiment.Classes, scale: 3) { Pooling = HeadPooling.Mean },
        "prototype" => new PrototypeHead(Experiment.Classes, PrototypeDistance.Euclidean),
        "attention" => new AttentionHead(Experiment.Classes, dropout: 0.1),
        "concat-pooling" => new ConcatPoolingHead(Experiment.Classes, hidden: 7),
        "generalized-mean" => new GeneralizedMeanHead(Experiment.Classes),
        _ => new MultiTaskHead(
            new MlpHead(Experiment.Classes, [3]), ("size", new LinearHead(["x"], new Regression { Difference = RegressionLoss.Absolute }), 0.5)),
    };

    [Theory]
    [InlineData("""{"kind":"linear","labels":["a"],"objective":{"kind":"cross-entropy"}}""")]
    [InlineData("""{"kind":"linear","settings":{"pooling":"sideways"},"labels":["a","b"],"objective":{"kind":"cross-entropy"}}""")]
    [InlineData("""{"kind":"linear","settings":{"normalize":"yes"},"labels":["a","b"],"objective":{"kind":"cross-entropy"}}""")]
    [InlineData("""{"kind":"mlp","settings":{"hidden":[0]},"labels":["a","b"],"objective":{"kind":"cross-entropy"}}""")]
    [InlineData("""{"kind":"linear","labels":["a","b"],"objective":{"kind":"regression","settings":{"difference":"mystery"}}}""")]
    [InlineData("""{"kind":"linear","labels":["a","b"],"objective":{"kind":"cross-entropy","settings":{"labelSmoothing":"much"}}}""")]
    [InlineData("""{"kind":"multi-task","labels":["a","b"],"objective":{"kind":"cross-entropy"}}""")]
    [InlineData("""{"kind":"multi-task","labels":["a","b"],"objective":{"kind":"multi-task","settings":{"main":{},"others":[]}}}""")]
    public void A_head_that_cannot_be_is_named(string head)
    {
        Safetensors.Write(
            _folder.File("odd.safetensors"), new Dictionary<string, Tensor> { ["w"] = _experiment.Images },
            new Dictionary<string, string> { ["transferlearning"] = $$$"""{"version":2,"backbone":{"id":"small","featureSize":12},"head":{{{head}}}}""" });
        using var artefact = ModelArtefact.Open(_folder.File("odd.safetensors"));
        var restore = () => artefact.Restore(SmallNetwork.Backbone());
        restore.Should().Throw<WeightFormatException>().WithMessage(
            "*odd.safetensors' describes its head of kind '*' otherwise than this library does*Save the model again*");
    }

    [Theory]
    [InlineData("[2000000000]")]
    [InlineData("[2000000000,2000000000]")]
    public void Hidden_layers_without_weights_take_no_memory(string hidden)
    {
        Safetensors.Write(
            _folder.File("odd.safetensors"), new Dictionary<string, Tensor> { ["w"] = _experiment.Images },
            new Dictionary<string, string> { ["transferlearning"] = $$$"""{"version":2,"backbone":{"id":"small","featureSize":12},"head":{"kind":"mlp","labels":["a","b"],"objective":{"kind":"cross-entropy"},"settings":{"hidden":{{{hidden}}} } } }""" });
        using var artefact = ModelArtefact.Open(_folder.File("odd.safetensors"));
        artefact.Invoking(a => a.Restore(SmallNetwork.Backbone())).Should().Throw<WeightFormatException>()
            .WithMessage("*describes a head of kind 'mlp' with * weights or more, and holds * in all*");
    }

    [Fact]
    public void Labels_without_weights_take_no_memory()
    {
        using var scope = NewDisposeScope();
        var labels = string.Join(",", Enumerable.Range(0, 1000).Select(i => $"\"{i}\""));
        Safetensors.Write(_folder.File("m"), new Dictionary<string, Tensor> { ["head.weight"] = zeros(2, 12) },
            new Dictionary<string, string> { ["transferlearning"] = $$$"""{"version":2,"backbone":{"id":"small","featureSize":12},"head":{"kind":"linear","labels":[{{{labels}}}],"objective":{"kind":"cross-entropy"} } }""" });
        using var artefact = ModelArtefact.Open(_folder.File("m"));
        artefact.Invoking(a => a.Restore(SmallNetwork.Backbone())).Should().Throw<WeightFormatException>()
            .WithMessage("*'linear' with 12000 weights or more, and holds 24 in all*");
    }

    [Fact]
    public void A_saved_model_is_told_from_weights()
    {
        ModelArtefact.IsModel(Save()).Should().BeTrue();
        Safetensors.Write(_folder.File("plain.safetensors"), new Dictionary<string, Tensor> { ["w"] = _experiment.Images });
        ModelArtefact.IsModel(_folder.File("plain.safetensors")).Should().BeFalse();
        FluentActions.Invoking(() => ModelArtefact.IsModel(_folder.File("absent"))).Should().Throw<FileNotFoundException>();
    }

    private string Save(string name = "model")
    {
        _experiment.Model.Save(_folder.File($"{name}.safetensors"));
        return _folder.File($"{name}.safetensors");
    }

    private static void Refuses(string path, string message)
    {
        var open = () => ModelArtefact.Open(path);
        open.Should().Throw<WeightFormatException>().WithMessage(message);
        // On no system is the refused file still open.
        File.Delete(path);
    }
}
