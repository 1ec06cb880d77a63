using System.Runtime.InteropServices;
using TorchSharp;
using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Core.Tests.Runtime;

/// <summary>
/// Whatever is given to the library, the answer is a result or an exception. A native call that ends the process would end this run.
/// </summary>
public sealed class AbortTests : IDisposable
{
    private static readonly string[] Classes = Experiment.Classes;
    private static readonly TrainerOptions Options = Experiment.Options with { Epochs = 1 };

    private readonly Experiment _experiment = new();
    private readonly ModuleBackbone _sequences = new("sequences", nn.Identity(), 5);
    private readonly ModuleBackbone _words = new("words", nn.Embedding(7, 5), 5);

    public void Dispose()
    {
        _experiment.Dispose();
        _sequences.Dispose();
        _words.Dispose();
    }

    public static TheoryData<string> Images =>
    [
        "a number", "a vector", "a matrix", "one image without batch", "four channels", "five dimensions", "no examples", "no pixels",
        "one pixel",
        "integers", "booleans", "doubles", "halves", "complex numbers", "NaN", "infinite", "transposed", "expanded", "without data",
        "disposed",
    ];

    private static Tensor Image(string what) => what switch
    {
        "a number" => tensor(1f),
        "a vector" => ones(3),
        "a matrix" => ones(3, 3),
        "one image without batch" => ones(3, 8, 8),
        "four channels" => ones(8, 4, 8, 8),
        "five dimensions" => ones([8, 3, 8, 8, 8]),
        "no examples" => ones(0, 3, 8, 8),
        "no pixels" => ones(8, 3, 0, 0),
        "one pixel" => ones(8, 3, 1, 1),
        "integers" => ones(8, 3, 8, 8, int64),
        "booleans" => ones(8, 3, 8, 8, @bool),
        "doubles" => ones(8, 3, 8, 8, float64),
        "halves" => ones(8, 3, 8, 8, float16),
        "complex numbers" => ones(8, 3, 8, 8, complex64),
        "NaN" => full([8, 3, 8, 8], float.NaN),
        "infinite" => full([8, 3, 8, 8], float.PositiveInfinity),
        "transposed" => ones(8, 3, 8, 8).transpose(2, 3),
        "expanded" => ones(1, 3, 1, 1).expand(8, 3, 8, 8),
        "without data" => ones([8, 3, 8, 8], device: META),
        "disposed" => Disposed(ones(8, 3, 8, 8)),
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
    };

    [Theory]
    [MemberData(nameof(Images))]
    [NoTensorLeaks]
    public void Any_tensor_may_be_asked_about(string what)
    {
        foreach (
            var ask in new Action<TensorSet>[] { input => _experiment.Model.Forward(input), input => Ask(predictor => predictor.Predict(input)), input => Ask(predictor => predictor.Score(input)) })
            Survives(() => ask(new TensorSet(Image(what))));

        // Disposing it would dispose the model, which is the experiment's.
        void Ask(Action<Predictor> question) => question(new Predictor(_experiment.Model, CPU));
    }

    [Theory]
    [MemberData(nameof(Images))]
    [NoTensorLeaks]
    public void Any_tensor_may_be_trained_on(string what)
    {
        foreach (var run in new Action<TransferModel, TensorDataset>[]
        {
            (model, data) => new Trainer(Options).Fit(model, data),
            (model, data) => new Trainer(Options, new FreezeBackbone()).Fit(model, data),
            (model, data) => new Trainer(Options).Evaluate(model, data),
            (model, data) => new LinearProbe().Fit(model, data),
        })
            Survives(() =>
            {
                var images = Image(what);
                run(_experiment.Model, new TensorDataset(images, [.. Enumerable.Range(0, images.dim() == 0 ? 1 : (int)images.shape[0]).Select(i => i % 4)], Classes));
            });
        Survives(
            () => new ContrastiveTuning().Fit(_experiment.Backbone, new TensorDataset(Image(what), [0, 1, 0, 1, 0, 1, 0, 1], Classes)));
    }

    [Theory]
    [InlineData(99)]
    [InlineData(-9)]
    public void Words_outside_a_table_are_refused(long word)
    {
        using var model = _words.WithHead(new LinearHead(Classes));
        using var words = full([8, 4], word, int64);
        ((Action)(() => model.Forward(new TensorSet(words)))).Should().Throw<ExternalException>();
        ((Action)(() => new Trainer(Options).Fit(model, new TensorDataset(words, [0, 1, 2, 3, 0, 1, 2, 3], Classes)))).Should()
            .Throw<ExternalException>();
    }

    [Fact]
    public void Masks_of_any_shape_may_come_with_sequences_of_any_length()
    {
        foreach (var pooling in Enum.GetValues<HeadPooling>())
            foreach (var length in new long[] { 3, 0 })
                foreach (
                    var mask in new Func<Tensor?>[] { () => null, () => ones(2, 3), () => ones(2, 2, @bool), () => ones(2, 3, 1, @bool), () => zeros(2, 3, @bool), () => ones([], @bool) })
                    Survives(() =>
                    {
                        using var model = _sequences.WithHead(new LinearHead(Classes) { Pooling = pooling });
                        model.Forward(new TensorSet(ones(2, length, 5), mask()));
                    });
    }

    public static TheoryData<string> Heads => ["linear", "mlp", "batch", "cosine", "prototype", "euclidean", "attention", "concat-pooling", "generalized-mean"];

    [Theory]
    [MemberData(nameof(Heads))]
    public void Heads_may_be_given_any_features(string kind)
    {
        IHeadReplacer head = kind switch
        {
            "linear" => new LinearHead(Classes),
            "mlp" => new MlpHead(Classes),
            "batch" => new MlpHead(Classes) { Normalization = HeadNormalization.Batch },
            "cosine" => new CosineHead(Classes),
            "prototype" => new PrototypeHead(Classes),
            "euclidean" => new PrototypeHead(Classes, PrototypeDistance.Euclidean),
            "attention" => new AttentionHead(Classes),
            "concat-pooling" => new ConcatPoolingHead(Classes),
            _ => new GeneralizedMeanHead(Classes),
        };
        using var module = head.Build(12);
        foreach (var training in new[] { true, false })
            foreach (var features in new Func<TensorSet>[]
            {
                () =>
                    ones(2, 7), () =>
                        ones(2, 3, 7), () =>
                            tensor(1f), () => ones(2, 12, int64), () => ones(2, 3, 12, int64), () => ones(0, 12), () => ones(0, 3, 12),
                () =>
                    ones(2, 0, 12), () =>
                        full([2, 12], float.NaN), () => full([2, 3, 12], float.NaN), () => new(ones(2, 3, 12), ones(3, 2)),
                () => new(ones(2, 3, 12), ones(2, 4, @bool)),
            })
            {
                module.train(training);
                Survives(() => module.call(features()));
            }
    }

    [Fact]
    [NoTensorLeaks]
    public void Objectives_and_metrics_may_be_given_any_tensors()
    {
        Func<Tensor>[] tensors =
        [
            () =>
                ones(3, 4), () =>
                    ones(4, 3), () =>
                        ones(3), () => tensor(1f), () => ones(0, 4), () => zeros(3, int64), () => zeros(2, int64), () => zeros(0, int64),
            () =>
                ones(3, 2, 4), () =>
                    zeros(3, 2, int64), () =>
                        full([3, 2], RaggedTargets.Ignored, int64), () =>
                            full([3], 99L, int64), () => full([3], -5L, int64), () => zeros(3, int32),
            () => ones(3, 4, float64), () => ones(3, 4, int64), () => ones(4, 3).t(), () => full([3, 4], float.NaN),
        ];
        IObjective[] objectives =
            [new CrossEntropy(), new CrossEntropy { ClassWeights = [1, 1] }, new MultiLabel(), new MultiLabel { PositiveWeights = [1, 1] }, new Regression(), new Ctc()];
        foreach (var objective in objectives)
            foreach (var output in tensors)
            {
                Survives(() => objective.Answer.Read(output()));
                foreach (var target in tensors)
                {
                    Survives(() => objective.Loss(output(), target()));
                    Survives(() => objective.Loss(output(), Weighted(target())));
                    Survives(() => objective.Validate(target(), 4));
                    foreach (var kind in objective.Metrics)
                        Survives(() =>
                        {
                            var metric = kind.Start(Classes);
                            metric.Add(output(), target());
                            metric.Compute();
                        });
                }
            }
        foreach (var target in tensors)
            foreach (var objective in objectives)
            {
                Survives(() => objective.Weight(Weighted(target())));
                Survives(() => objective.Validate(Weighted(target()), 4));
            }

        static TensorSet Weighted(TensorSet target) => target.With(TensorNames.Weights, ones(3)).With(TensorNames.Lengths, ones(3, int64));
    }

    [Fact]
    public void Batches_of_another_form_than_the_first_do_not_overrun_the_cache()
    {
        foreach (var change in new Func<Batch, Batch>[]
        {
            batch => Changed(batch, input => ones(input.shape[0] - 1, 3, 8, 8), null),
            batch => Changed(batch, null, target => target[1..].clone()),
            batch => Changed(batch, null, target => target.to(int32)),
        })
        {
            var batches = 0;
            var odd = new FakeDataset(_experiment.Train) { Change = batch => ++batches == 2 ? change(batch) : batch };
            ((Action)(() => new Trainer(Options with { LoaderThreads = 0 }, new FreezeBackbone()).Fit(_experiment.Model, odd)))
                .Should().Throw<ArgumentException>().WithMessage(
                    "A batch of 8 examples gives *Give every example the same shape, and one target for each.");
        }

        static Batch Changed(Batch batch, Func<Tensor, Tensor>? input, Func<Tensor, Tensor>? target)
        {
            using (batch)
                return new(
                    new TensorSet((input ?? (t => t.clone()))(batch.Input.Values).DetachFromDisposeScope()), (target ?? (t => t.clone()))(batch.Target.Values).DetachFromDisposeScope());
        }
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Models_of_other_types_may_be_trained(ScalarType type)
    {
        using var images = _experiment.Images.to(type);
        var data = new TensorDataset(images, [.. Enumerable.Range(0, (int)images.shape[0]).Select(i => i % 4)], Classes);
        _experiment.Backbone.Module.to(type);
        // First the head is of another type than the backbone.
        foreach (var optimizer in new Optimizer[] { new AdamW(), new Sgd(0.1) })
            Survives(() => new Trainer(Options with { Optimizer = optimizer, ClipGradientNorm = 1 }).Fit(_experiment.Model, data));
        _experiment.Model.Head.to(type);
        foreach (var optimizer in new Optimizer[] { new AdamW(), new Sgd(0.1) })
            Survives(() => new Trainer(Options with { Optimizer = optimizer, ClipGradientNorm = 1 }).Fit(_experiment.Model, data));
    }

    [Fact]
    public void A_disposed_model_answers_nothing_and_overwrites_nothing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        var model = _experiment.Backbone.WithHead(new LinearHead(Classes));
        model.Save(path);
        var saved = File.ReadAllBytes(path);
        model.Dispose();

        foreach (var use in new Action[]
        {
            () => model.Forward(new TensorSet(_experiment.Images)), () => model.Save(path), () => model.To(CPU),
            () => new Trainer(Options).Fit(model, _experiment.Train), () => new Predictor(model).Dispose(),
        })
            use.Should().Throw<ObjectDisposedException>();
        File.ReadAllBytes(path).Should().Equal(saved);
    }

    [Fact]
    public void Rows_that_are_not_there_are_refused()
    {
        foreach (var index in new[] { -1, _experiment.Train.Count })
            _experiment.Train.Invoking(data => data.Subset([index])).Should().Throw<ArgumentOutOfRangeException>()
                .WithMessage("*24 examples*");
        using var number = tensor(1f);
        ((Action)(() => _ = new TensorDataset(number, [0], Classes))).Should().Throw<ArgumentException>()
            .WithMessage("*single number has no rows*");
        ((Action)(() => _ = new TensorDataset(number, new InputTargets()))).Should().Throw<ArgumentException>()
            .WithMessage("*single number has no rows*");
    }

    private static Tensor Disposed(Tensor tensor)
    {
        tensor.Dispose();
        return tensor;
    }

    /// <summary>A result, or an exception of a kind that the documentation names.</summary>
    private static void Survives(Action action)
    {
        try
        {
            using var scope = NewDisposeScope();
            action();
        }
        catch (Exception exception) when (
            exception is ArgumentException or ExternalException or NotSupportedException or TrainingDivergedException or InvalidOperationException or KeyNotFoundException)
        {
            exception.Message.Should().NotBeEmpty();
        }
    }
}
