using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.TestKit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Vision.Tests;

[Collection(nameof(TorchGenerator))]
public sealed class FoldedConvolutionTests : IDisposable
{
    private readonly Convolution _convolution = new(16, 32, kernel: 3);
    private readonly BatchNorm2d _norm = BatchNorm2d(32);
    private readonly Tensor _input;

    public FoldedConvolutionTests()
    {
        manual_seed(0);
        _convolution.Initialise();
        using var _ = no_grad();
        _norm.weight!.uniform_(0.5, 1.5);
        _norm.bias!.uniform_(-1, 1);
        _norm.running_mean!.uniform_(-1, 1);
        _norm.running_var!.uniform_(0.5, 1.5);
        _norm.eval();
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
        ShouldEqual(_convolution.Normalised(_norm, _input), InTwoPasses());
    }

    [Fact]
    public void It_follows_every_tensor_that_it_is_made_of()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Tensor[] sources = [.. _convolution.parameters(), .. _norm.parameters(), _norm.running_mean!, _norm.running_var!];
        foreach (var source in sources)
        {
            var before = _convolution.Normalised(_norm, _input);
            source.mul_(1.5);
            var after = _convolution.Normalised(_norm, _input);
            (after - before).abs().max().item<float>().Should().BeGreaterThan(0.01f);
            ShouldEqual(after, InTwoPasses());
        }
        sources.Should().HaveCount(5);
    }

    [Fact]
    public void It_follows_to_another_type()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _convolution.Normalised(_norm, _input);
        _convolution.to(float64);
        _norm.to(float64);
        _convolution.Normalised(_norm, _input.to(float64)).dtype.Should().Be(float64);
    }

    [Fact]
    public void Gradients_reach_what_wants_them()
    {
        using var scope = NewDisposeScope();
        _convolution.Normalised(_norm, _input).sum().backward();
        _convolution.parameters().Concat(_norm.parameters()).Count(parameter => parameter.grad is null).Should().Be(0);
        foreach (var parameter in _convolution.parameters().Concat(_norm.parameters())) parameter.grad = null;
    }

    [Fact]
    public void Frozen_layers_give_the_same_bits_with_and_without_gradient_mode()
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in _convolution.parameters().Concat(_norm.parameters())) parameter.requires_grad = false;
        var inTraining = _convolution.Normalised(_norm, _input);
        using var _ = no_grad();
        inTraining.equal(_convolution.Normalised(_norm, _input)).all().item<bool>().Should().BeTrue();
        inTraining.requires_grad.Should().BeFalse();
    }

    [Fact]
    public void Training_mode_normalises_by_the_batch_and_needs_no_folded_copy()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _convolution.Normalised(_norm, _input).Dispose();
        var folded = LiveTensors.Count();
        _norm.train();
        var output = _convolution.Normalised(_norm, _input);
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
            ShouldEqual(_convolution.Normalised(_norm, _input), expected);
        });
    }

    private Tensor InTwoPasses() => _norm.call(_convolution.call(_input));

    private static void ShouldEqual(Tensor actual, Tensor expected)
    {
        actual.shape.Should().Equal(expected.shape);
        (actual - expected).abs().max().item<float>().Should().BeLessThan(1e-5f);
    }
}
