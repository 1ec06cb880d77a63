using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Adapters;

/// <summary>The BERT of the golden files (two layers, 32 wide), of torch's modules under the reference's names.</summary>
internal sealed class TinyBert : nn.Module
{
    private const int Width = 32, Heads = 4, Layers = 2;

    private readonly Dictionary<string, nn.Module<Tensor, Tensor>> _modules = [];

    private TinyBert() : base(nameof(TinyBert))
    {
        Add("bert.embeddings.word_embeddings", nn.Embedding(60, Width));
        Add("bert.embeddings.position_embeddings", nn.Embedding(40, Width));
        Add("bert.embeddings.token_type_embeddings", nn.Embedding(2, Width));
        Add("bert.embeddings.LayerNorm", nn.LayerNorm(Width, eps: 1e-12));
        for (var i = 0; i < Layers; i++)
        {
            var layer = $"bert.encoder.layer.{i}";
            foreach (var name in new[] { "self.query", "self.key", "self.value", "output.dense" })
                Add($"{layer}.attention.{name}", nn.Linear(Width, Width));
            Add($"{layer}.attention.output.LayerNorm", nn.LayerNorm(Width, eps: 1e-12));
            Add($"{layer}.intermediate.dense", nn.Linear(Width, 2 * Width));
            Add($"{layer}.output.dense", nn.Linear(2 * Width, Width));
            Add($"{layer}.output.LayerNorm", nn.LayerNorm(Width, eps: 1e-12));
        }
        Add("bert.pooler.dense", nn.Linear(Width, Width));
    }

    /// <summary>A model of three classes, whose weights follow the formula by the reference's names. It owns its backbone.</summary>
    public static TransferModel Model()
    {
        var bert = new TinyBert();
        Formula.FillModule(bert);
        LayerGroup[] layers = [
            .. Enumerable.Range(0, Layers).Select(i => new LayerGroup($"layer{i}", [$"bert.encoder.layer.{i}"], hidden => hidden.WithValues(bert.Layer(i, hidden))))];
        var backbone = new ModuleBackbone("tiny bert", bert, Width,
        [
            new LayerGroup("embeddings", ["bert.embeddings"], input => input.WithValues(bert.Embed(input))), .. layers,
            new LayerGroup("pooler", ["bert.pooler"], hidden => bert._modules["bert.pooler.dense"].call(hidden.Values.select(1, 0)).tanh()),
        ]);
        var model = backbone.WithHead(new LinearHead(["a", "b", "c"]), ownsBackbone: true);
        using var _ = no_grad();
        foreach (var (name, parameter) in model.Head.named_parameters())
        {
            using var value = Formula.Weight($"classifier.{name}", parameter.shape);
            parameter.copy_(value);
        }
        return model;
    }

    private Tensor Embed(TensorSet input)
    {
        var positions = arange(input.Values.size(1), ScalarType.Int64).unsqueeze(0);
        var sum = Call("embeddings.word_embeddings", input.Values) + Call("embeddings.token_type_embeddings", input[TensorNames.Segments])
            + Call("embeddings.position_embeddings", positions);
        return Call("embeddings.LayerNorm", sum);
    }

    private Tensor Layer(int i, TensorSet hidden)
    {
        var (layer, x) = ($"encoder.layer.{i}", hidden.Values);
        Tensor Split(string name) => Call($"{layer}.attention.self.{name}", x).reshape(x.size(0), x.size(1), Heads, -1).transpose(1, 2);
        var scores = Split("query").matmul(Split("key").transpose(-1, -2)) / Math.Sqrt(Width / Heads);
        scores = scores.masked_fill(hidden.Mask!.logical_not().unsqueeze(1).unsqueeze(1), float.MinValue);
        var attended = scores.softmax(-1).matmul(Split("value")).transpose(1, 2).reshape(x.shape);
        x = Call($"{layer}.attention.output.LayerNorm", Call($"{layer}.attention.output.dense", attended) + x);
        return Call(
            $"{layer}.output.LayerNorm", Call($"{layer}.output.dense", nn.functional.gelu(Call($"{layer}.intermediate.dense", x))) + x);
    }

    private Tensor Call(string name, Tensor input) => _modules[$"bert.{name}"].call(input);

    private void Add(string path, nn.Module<Tensor, Tensor> module)
    {
        nn.Module branch = this;
        var names = path.Split('.');
        foreach (var name in names[..^1])
        {
            var child = branch.named_children().FirstOrDefault(child => child.name == name).module;
            if (child is null) branch.register_module(name, child = new Node());
            branch = child;
        }
        branch.register_module(names[^1], module);
        _modules[path] = module;
    }

    private sealed class Node() : nn.Module(nameof(Node));
}
