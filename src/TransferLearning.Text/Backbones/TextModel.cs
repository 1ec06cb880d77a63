using System.Runtime.InteropServices;

namespace TransferLearning.Text;

/// <summary>A network and what it was built of.</summary>
internal sealed record TextModel(string Id, TextFamily Family, TextConfiguration Configuration, TextNetwork Network)
{
    // What versions of the reference saved with the weights although it is computed.
    private static readonly string[] Constants = [@"(^|\.)position_ids$", @"(^|\.)token_type_ids$", @"(^|\.)inv_freq$"];

    /// <summary>Builds the network; its weights hold whatever the memory held.</summary>
    /// <exception cref="NotSupportedException">The configuration asks for something unknown; the message names the field.</exception>
    /// <exception cref="InvalidDataException">The configuration is contradictory; the message names the field.</exception>
    public static TextModel Build(string id, TextConfiguration configuration)
    {
        TorchRuntime.Initialize();
        var family = TextFamily.Of(configuration);
        configuration.Only("is_decoder", false);
        try
        {
            return new TextModel(id, family, configuration, family.Build(configuration));
        }
        catch (ExternalException error)
        {
            throw new InvalidDataException(
                $"'{configuration.Source}' describes a network that cannot be built: {error.Message.Split('\n')[0]} Download it "
                + "again.", error);
        }
    }

    /// <summary>
    /// Loads the network's weights; a head in the file is left out and reported. What the file lacks, a pooler or what the options allow,
    /// is drawn.
    /// </summary>
    public LoadReport Load(WeightFile file, WeightLoadOptions? options = null)
    {
        IEnumerable<string> body = [Family.Prefix, .. Network.named_children().Select(child => child.name)];
        var own = new WeightLoadOptions
        {
            HeadPrefixes = [.. file.Tensors.Keys.Select(name => name.Split('.')[0]).Distinct().Except(body)],
            Head = HeadPolicy.Skip,
            MayBeMissing = [@"^pooler\."],
            Ignored = Constants,
            Memory = WeightMemory.Read,
        };
        var report = WeightLoader.Load(Network, file, (options ?? new()).With(own));
        var loaded = report.Loaded.ToHashSet();
        Network.Initialize(name => !loaded.Contains(name));
        return report;
    }

    /// <summary>Loads a head of the reference's form from the file that holds network and head.</summary>
    public LoadReport LoadHead(EncoderHead head, WeightFile file, WeightLoadOptions options) => WeightLoader.Load(head, file, options with
    {
        Rules = [.. options.Rules, new NameRule("pooler of the network", $@"^{Family.Prefix}\.pooler\.", "pooler.")],
        MayBeUnexpected = [".*"],
    });
}
