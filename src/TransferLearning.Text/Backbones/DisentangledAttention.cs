using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>
/// DeBERTa's attention: to the score of two tokens' contents come those of the query's content with the distance ("c2p"),
/// and of the distance with the key's content ("p2c").
/// </summary>
internal sealed class DisentangledAttention : Module<Tensor, Tensor?, Tensor>
{
    private readonly Dense query_proj;
    private readonly Dense key_proj;
    private readonly Dense value_proj;
    private readonly Dense? pos_key_proj;
    private readonly Dense? pos_query_proj;
    private readonly Dropout pos_dropout;
    private readonly Func<long, Device, Tensor> _rows;
    private readonly Func<Tensor> _relativeEmbeddings;
    private readonly bool _hasContentToPosition, _hasPositionToContent;
    private readonly int _heads;
    private readonly double _dropout;
    private readonly double _scale;

    /// <summary>
    /// All layers share the table of distances <c>[2 span, D]</c>, which <paramref name="relativeEmbeddings"/> gives, and the row of it for
    /// each query and key, <c>[T, T]</c>, which <paramref name="rows"/> gives.
    /// </summary>
    public DisentangledAttention(EncoderConfiguration config, TextConfiguration json, Func<long, Device, Tensor> rows, Func<Tensor> relativeEmbeddings)
        : base(nameof(DisentangledAttention))
    {
        (_rows, _relativeEmbeddings, _heads, _dropout) = (rows, relativeEmbeddings, config.Heads, config.AttentionDropout);
        if (json.Integer("attention_head_size", config.Width / config.Heads) is var size && size != config.Width / config.Heads)
            throw json.Unsupported("attention_head_size", $"{size}", $"{config.Width / config.Heads}, which is hidden_size / num_attention_heads");
        query_proj = new Dense(config.Width, config.Width);
        key_proj = new Dense(config.Width, config.Width);
        value_proj = new Dense(config.Width, config.Width);
        pos_dropout = new Dropout(config.Dropout);

        var terms = Terms(json);
        var isRelative = json.Flag("relative_attention", false);
        (_hasContentToPosition, _hasPositionToContent) = (isRelative && terms.Contains("c2p"), isRelative && terms.Contains("p2c"));
        _scale = 1 / Math.Sqrt((double)config.Width / config.Heads * (1 + terms.Count));
        if (!json.Flag("share_att_key", false))
        {
            pos_key_proj = _hasContentToPosition ? new Dense(config.Width, config.Width) : null;
            pos_query_proj = _hasPositionToContent ? new Dense(config.Width, config.Width) : null;
        }
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var (queries, keys) = (Attention.Split(query_proj.call(hidden), _heads), Attention.Split(key_proj.call(hidden), _heads));
        var scores = queries.matmul(keys.transpose(-1, -2));
        if (_hasContentToPosition || _hasPositionToContent)
        {
            var distances = pos_dropout.call(_relativeEmbeddings()).unsqueeze(0);
            var rows = _rows(hidden.size(1), hidden.device);
            if (_hasContentToPosition) scores.add_(Look(queries, pos_key_proj ?? key_proj, distances, rows));
            if (_hasPositionToContent) scores.add_(Look(keys, pos_query_proj ?? query_proj, distances, rows.transpose(0, 1)).transpose(-1, -2));
        }
        scores.mul_(_scale);
        // The lowest number instead of infinity: a row without any real token becomes a mean, not NaN.
        if (Attention.Visible(mask) is { } visible) scores = scores.masked_fill(visible.logical_not(), float.MinValue);
        var weights = Dropout.Apply(scores.softmax(-1), _dropout, training);
        return Attention.Merge(weights.matmul(Attention.Split(value_proj.call(hidden), _heads))).MoveToOuterDisposeScope();
    }

    /// <summary>Scores <c>[N, H, T, T]</c> of contents with the rows of the table that belong to them.</summary>
    private Tensor Look(Tensor contents, Dense projection, Tensor distances, Tensor rows)
    {
        var table = Attention.Split(projection.call(distances), _heads);
        var scores = contents.matmul(table.transpose(-1, -2));
        return scores.gather(-1, rows.expand(scores.size(0), scores.size(1), rows.size(0), rows.size(1)));
    }

    /// <summary>The terms besides content to content: a list, or joined by bars.</summary>
    private static List<string> Terms(TextConfiguration json)
    {
        if (json.Find("pos_att_type") is not { } value) return [];
        var terms = value.ValueKind == System.Text.Json.JsonValueKind.Array
            ? value.EnumerateArray().Select(term => term.ToString())
            : json.Text("pos_att_type", "").Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. terms.Select(term => term.ToLowerInvariant()).Where(term => term is "c2p" or "p2c").Distinct()];
    }
}
