using TorchSharp;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Tests;

public sealed class FoldedNormTests : IDisposable
{
    private readonly Convolution _convolution = new(16, 32, kernel: 3);
    private readonly BatchNorm _norm = new(32);
    private readonly Tensor _input;

    public FoldedNormTests()
    {
        manual_seed(0);
        _convolution.Initialize();
        using var _ = no_grad();
        _norm.Weight.uniform_(0.5, 1.5);
        _norm.Bias.uniform_(-1, 1);
        _norm.RunningMean.uniform_(-1, 1);
        _norm.RunningVariance.uniform_(0.5, 1.5);
        _norm.eval();
        _convolution.eval();
        _input = randn(2, 16, 9, 8);
    }

    public void Dispose()
    {
        _convolution.Dispose();
        _norm.Dispose();
        _input.Dispose();
    }

    [Fact]
    public void It_computes_what_both_compute()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        ShouldEqual(_convolution.Call(_input, _norm), InTwoPasses());
    }

    [Fact]
    public void It_follows_every_tensor_that_it_is_made_of_when_it_is_told()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Tensor[] sources = [.. _convolution.parameters(), .. _norm.parameters(), _norm.RunningMean, _norm.RunningVariance];
        foreach (var source in sources)
        {
            var before = _convolution.Call(_input, _norm);
            source.mul_(1.5);
            _convolution.NotifyWeightsChanged();
            var after = _convolution.Call(_input, _norm);
            (after - before).abs().max().item<float>().Should().BeGreaterThan(0.01f);
            ShouldEqual(after, InTwoPasses());
        }
        sources.Should().HaveCount(5);
    }

    [Fact]
    public void It_follows_a_loaded_file()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var folder = new TemporaryFolder();
        using var other = new Convolution(16, 32, kernel: 3);
        other.Initialize();
        Safetensors.Write(folder.File("other.safetensors"), other.state_dict());
        _convolution.Call(_input, _norm);

        WeightLoader.Load(_convolution, folder.File("other.safetensors"));

        ShouldEqual(_convolution.Call(_input, _norm), InTwoPasses());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_follows_training(bool entersTrainingMode)
    {
        using var scope = NewDisposeScope();
        Predict();
        if (entersTrainingMode) _convolution.train();
        _convolution.Call(_input, _norm).sum().backward();
        using (no_grad())
            foreach (var parameter in _convolution.parameters().Concat(_norm.parameters())) parameter.sub_(parameter.grad! * 1e-3);
        _convolution.eval();

        ShouldEqual(Predict(), InTwoPasses());
        foreach (var parameter in _convolution.parameters().Concat(_norm.parameters())) parameter.grad = null;

        Tensor Predict()
        {
            using var _ = no_grad();
            return _convolution.Call(_input, _norm);
        }
    }

    [Fact]
    public void It_takes_the_convolutions_bias_along()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var biased = new Convolution(16, 32, kernel: 3, hasBias: true);
        biased.Initialize();
        biased.Bias!.uniform_(-1, 1);
        var expected = _norm.call(biased.call(_input));
        biased.eval();
        ShouldEqual(biased.Call(_input, _norm), expected);
    }

    [Fact]
    public void Residual_and_activation_come_after_the_norm()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var residual = randn(2, 32, 9, 8);
        ShouldEqual(_convolution.Call(_input, _norm, Activation.Relu, residual), (InTwoPasses() + residual).relu());
        ShouldEqual(_convolution.Call(_input, _norm, Activation.Gelu), nn.functional.gelu(InTwoPasses()));
    }

    [Fact]
    public void It_follows_to_another_type()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _convolution.Call(_input, _norm);
        _convolution.to(float64);
        _norm.to(float64);
        _convolution.Call(_input.to(float64), _norm).dtype.Should().Be(float64);
    }

    [Fact]
    public void Gradients_reach_what_wants_them()
    {
        using var scope = NewDisposeScope();
        _convolution.Call(_input, _norm).sum().backward();
        _convolution.parameters().Concat(_norm.parameters()).Count(parameter => parameter.grad is null).Should().Be(0);
        foreach (var parameter in _convolution.parameters().Concat(_norm.parameters())) parameter.grad = null;
    }

    [Fact]
    public void Frozen_layers_give_the_same_bits_with_and_without_gradient_mode()
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in _convolution.parameters().Concat(_norm.parameters())) parameter.requires_grad = false;
        var inTraining = _convolution.Call(_input, _norm);
        using var _ = no_grad();
        inTraining.equal(_convolution.Call(_input, _norm)).all().item<bool>().Should().BeTrue();
        inTraining.requires_grad.Should().BeFalse();
    }

    [Fact]
    public void Training_mode_normalises_by_the_batch_and_needs_no_folded_copy()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _convolution.Call(_input, _norm).Dispose();
        var folded = LiveTensors.Count();
        _norm.train();
        var output = _convolution.Call(_input, _norm);
        output.Dispose();
        (folded - LiveTensors.Count()).Should().Be(2, "weight and bias are derived anew when they are wanted again");
    }

    [Fact]
    public void Many_threads_share_one()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var expected = InTwoPasses();
        Parallel.For(0, 32, i =>
        {
            using var inner = NewDisposeScope();
            using var noGrad = no_grad();
            ShouldEqual(_convolution.Call(_input, _norm), expected);
        });
    }

    private Tensor InTwoPasses() => _norm.call(_convolution.call(_input));

    private static void ShouldEqual(Tensor actual, Tensor expected)
    {
        actual.shape.Should().Equal(expected.shape);
        (actual - expected).abs().max().item<float>().Should().BeLessThan(1e-5f);
    }
}
