using System.Text.Json.Nodes;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Adapters;

/// <summary>Models with LoRA in files.</summary>
public sealed class LoraSavingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Tensor _input = Formula.Input("input", [4, 256], -1, 1);

    public void Dispose()
    {
        _input.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_model_is_saved_and_restored_with_its_adapter_and_a_merged_one_without()
    {
        using var model = Trained(new() { Rank = 4, Dropout = 0.1, Seed = 3 });
        using var logits = Logits(model);
        model.Save(_folder.File("model"));
        using (var artefact = ModelArtefact.Open(_folder.File("model")))
        using (var restored = artefact.Restore(Backbone("other")))
        {
            restored.Adapters.Should().ContainSingle().Which.Should().BeOfType<Lora>().Which.Options.Should()
                .BeEquivalentTo(new LoraOptions { Rank = 4, Dropout = 0.1, Seed = 3 });
            using var again = Logits(restored);
            again.Should().BeIdenticalTo(logits);
            ((Lora)restored.Adapters[0]).Merge();
            using var merged = Logits(restored);
            merged.Should().BeWithin(1e-5, logits);
        }

        ((Lora)model.Adapters[0]).Merge();
        model.Adapters.Should().BeEmpty();
        model.Save(_folder.File("merged"));
        using var plain = ModelArtefact.Open(_folder.File("merged"));
        using var of = plain.Restore(Backbone("other"));
        of.Adapters.Should().BeEmpty();
        using var same = Logits(of);
        same.Should().BeWithin(1e-5, logits);
    }

    [Theory]
    [InlineData(LoraBias.None)]
    [InlineData(LoraBias.LoraOnly)]
    [InlineData(LoraBias.All)]
    public void An_adapters_file_is_small_has_labels_head_and_biases_and_fits_the_same_weights_alone(LoraBias bias)
    {
        using var model = Trained(new() { Rank = 4, Bias = bias, TargetModules = ["first"] });
        using var logits = Logits(model);
        model.Save(_folder.File("model"));
        model.SaveAdapter(_folder.File("adapter"));
        new FileInfo(_folder.File("adapter")).Length.Should().BeLessThan(new FileInfo(_folder.File("model")).Length / 20);

        using var artefact = ModelArtefact.Open(_folder.File("adapter"));
        using var restored = artefact.Restore(Backbone("weights"));
        restored.Labels.Should().Equal("yes", "no");
        using var again = Logits(restored);
        again.Should().BeIdenticalTo(logits);
        artefact.Invoking(a => a.Restore(Backbone("other"))).Should().Throw<ArgumentException>()
            .WithMessage("*other weights than it was trained on*");
    }

    [Fact]
    public void An_adapter_that_is_merged_and_followed_by_another_stays_merged()
    {
        using var model = Trained(new() { Rank = 2, TargetModules = ["first"] });
        var first = (Lora)model.Adapters[0];
        using var logits = Logits(model);
        model.Invoking(m => m.Add(new Lora(m.Backbone, new() { TargetModules = ["second"] }))).Should().Throw<ArgumentException>()
            .WithMessage("*adapter of kind 'lora' already: merge or remove*");
        first.Merge();
        first.Invoking(lora => lora.Merge()).Should().Throw<InvalidOperationException>().WithMessage("*merged*already*");
        using var second = new Lora(model.Backbone, new() { Rank = 2, TargetModules = ["second"] });
        model.Add(second);
        model.Adapters.Should().Equal(second);
        first.Invoking(lora => lora.Unmerge()).Should().Throw<ObjectDisposedException>();
        second.Invoking(lora => lora.Unmerge()).Should().Throw<InvalidOperationException>().WithMessage("*not merged*");
    }

    [Theory]
    [InlineData("rank", 0)]
    [InlineData("rank", int.MaxValue)]
    [InlineData("rankPattern", 1)]
    [InlineData("new", 1)]
    public void A_file_with_damaged_settings_is_refused_and_the_backbone_is_let_go(string name, int value)
    {
        using var model = Trained(new() { Rank = 2 });
        model.Save(_folder.File("model"));
        using (var file = WeightFile.Open(_folder.File("model")))
        {
            var description = JsonNode.Parse(file.Metadata["transferlearning"])!;
            description["adapters"]![0]!["settings"]![name] = value;
            using var scope = NewDisposeScope();
            Safetensors.Write(
                _folder.File("odd"), file.Tensors.Keys.Select(tensor => KeyValuePair.Create(tensor, file.Read(tensor))), new Dictionary<string, string> { ["transferlearning"] = description.ToJsonString() });
        }
        using var odd = ModelArtefact.Open(_folder.File("odd"));
        var restore = odd.Invoking(artefact => artefact.Restore(Backbone("weights")));
        if (value == int.MaxValue)
            restore.Should().Throw<ArgumentException>().WithMessage("LoRA of rank 2147483647*choose a smaller rank*");
        else restore.Should().Throw<WeightFormatException>()
            .WithMessage("*odd' describes its adapter of kind 'lora' otherwise than this library does*");
    }

    private static TransferModel Trained(LoraOptions options)
    {
        var model = Backbone("weights").WithHead(new LinearHead(["yes", "no"]) { Seed = 1 }, ownsBackbone: true);
        var lora = new Lora(model.Backbone, options);
        model.Add(lora);
        using var _ = no_grad();
        foreach (var (path, layer) in lora.Layers)
            foreach (var (name, parameter) in layer.named_parameters()) parameter.copy_(Formula.Weight(path + name, parameter.shape));
        foreach (var name in lora.BackboneParameters)
            model.Backbone.Module.named_parameters().Single(entry => entry.name == name).parameter.fill_(0.3);
        return model;
    }

    private static ModuleBackbone Backbone(string weights)
    {
        var network = nn.Sequential(("first", nn.Linear(256, 256)), ("norm", nn.LayerNorm(256)), ("second", nn.Linear(256, 256)));
        using var _ = no_grad();
        foreach (var (name, parameter) in network.named_parameters()) parameter.copy_(Formula.Weight(weights + name, parameter.shape));
        return new ModuleBackbone("wide", network, 256);
    }

    private Tensor Logits(TransferModel model)
    {
        using var _ = no_grad();
        return model.Forward(_input).Values;
    }
}
