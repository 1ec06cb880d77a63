using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>
/// A transformer layer with BERT's names: attention, then a feed-forward network, each added to its input and normalised.
/// Hidden states <c>[N, T, D]</c> and a mask <c>[N, T]</c> in, hidden states out.
/// </summary>
internal sealed class BertLayer : Module<Tensor, Tensor?, Tensor>
{
    private readonly BertAttention attention;
    private readonly Intermediate intermediate;
    private readonly Residual output;

    /// <summary>A layer with another attention than BERT's own, where one is given.</summary>
    public BertLayer(EncoderConfiguration config, Module<Tensor, Tensor?, Tensor>? self = null) : base(nameof(BertLayer))
    {
        attention = new BertAttention(self ?? new SelfAttention(config), config);
        intermediate = new Intermediate(config);
        output = new Residual(config.Inner, config);
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden, Tensor? mask)
    {
        using var attended = attention.call(hidden, mask);
        using var inner = intermediate.call(attended);
        return output.call(inner, attended);
    }

    private sealed class BertAttention : Module<Tensor, Tensor?, Tensor>
    {
        private readonly Module<Tensor, Tensor?, Tensor> self;
        private readonly Residual output;

        public BertAttention(Module<Tensor, Tensor?, Tensor> self, EncoderConfiguration config) : base(nameof(BertAttention))
        {
            this.self = self;
            output = new Residual(config.Width, config);
            RegisterComponents();
        }

        public override Tensor forward(Tensor hidden, Tensor? mask)
        {
            using var mixed = self.call(hidden, mask);
            return output.call(mixed, hidden);
        }
    }

    private sealed class SelfAttention : Module<Tensor, Tensor?, Tensor>
    {
        private readonly Dense query;
        private readonly Dense key;
        private readonly Dense value;
        private readonly int _heads;
        private readonly double _dropout;

        public SelfAttention(EncoderConfiguration config) : base(nameof(SelfAttention))
        {
            query = new Dense(config.Width, config.Width);
            key = new Dense(config.Width, config.Width);
            value = new Dense(config.Width, config.Width);
            (_heads, _dropout) = (config.Heads, config.AttentionDropout);
            RegisterComponents();
        }

        public override Tensor forward(Tensor hidden, Tensor? mask)
        {
            using var scope = NewDisposeScope();
            return Attention.Scaled(query.call(hidden), key.call(hidden), value.call(hidden), _heads, Attention.Visible(mask), training ? _dropout : 0)
                .MoveToOuterDisposeScope();
        }
    }

    private sealed class Intermediate : Module<Tensor, Tensor>
    {
        private readonly Dense dense;
        private readonly Activation _activation;

        public Intermediate(EncoderConfiguration config) : base(nameof(Intermediate))
        {
            dense = new Dense(config.Width, config.Inner);
            _activation = config.Activation;
            RegisterComponents();
        }

        public override Tensor forward(Tensor hidden)
        {
            using var inner = dense.call(hidden);
            return _activation.Apply(inner);
        }
    }

    /// <summary>A linear layer whose output is added to what came in before, and normalised.</summary>
    private sealed class Residual : Module<Tensor, Tensor, Tensor>
    {
        private readonly Dense dense;
        private readonly LayerNorm LayerNorm;
        private readonly Dropout dropout;

        public Residual(int inputs, EncoderConfiguration config) : base(nameof(Residual))
        {
            dense = new Dense(inputs, config.Width);
            LayerNorm = nn.LayerNorm(config.Width, config.NormEpsilon);
            dropout = new Dropout(config.Dropout);
            RegisterComponents();
        }

        public override Tensor forward(Tensor change, Tensor before)
        {
            using var scope = NewDisposeScope();
            return LayerNorm.call(dropout.call(dense.call(change)).add_(before)).MoveToOuterDisposeScope();
        }
    }
}
