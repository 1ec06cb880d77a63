// snippet: own-adapter
using System.Text.Json.Nodes;
using TorchSharp.Modules;
using TransferLearning;
using static TorchSharp.torch;
// end-snippet

namespace Snippets;

// snippet: own-adapter
/// <summary>
/// Multiplies what a module gives by a vector that is learnt (Liu et al., "Few-shot parameter-efficient fine-tuning is better and cheaper than
/// in-context learning", 2022: (IA)3).
/// </summary>
public sealed class OutputScales : IAdapter
{
    private readonly nn.Module<Tensor, Tensor>.HookRemover _hook;

    public OutputScales(IPretrainedBackbone backbone, string module, long width)
    {
        var scale = new Scale(width);
        (Settings, Layers) = (new() { ["module"] = module, ["width"] = width }, new Dictionary<string, nn.Module> { [module] = scale });
        var target = (nn.Module<Tensor, Tensor>)backbone.Module.named_modules().First(entry => entry.name == module).module;
        _hook = target.register_forward_hook((_, _, output) => scale.call(output));
    }

    public string Kind => "output scales";

    public JsonObject Settings { get; }

    public IReadOnlyDictionary<string, nn.Module> Layers { get; }

    public static OutputScales Read(JsonObject settings, TransferModel model) =>
        new(model.Backbone, (string)settings["module"]!, (long)settings["width"]!);

    public void Dispose()
    {
        _hook.remove();
        foreach (var layer in Layers.Values) layer.Dispose();
    }

    private sealed class Scale : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter scale;

        public Scale(long width) : base(nameof(Scale))
        {
            scale = nn.Parameter(ones(width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor output)
        {
            using (output) return output * scale;
        }
    }
}
// end-snippet
