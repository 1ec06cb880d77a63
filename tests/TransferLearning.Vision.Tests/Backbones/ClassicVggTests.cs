using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>The classic exercise on VGG16 against torchvision: answers, and five steps of SGD.</summary>
public sealed class ClassicVggTests(ClassicVgg vgg) : IClassFixture<ClassicVgg>
{
    private static readonly GoldenCase Training = GoldenCase.Open("vision/vgg16_cifar10_training");

    public static TheoryData<int> Runs { get; } = [.. Enumerable.Range(0, Training.Json.GetProperty("runs").GetArrayLength())];

    [Theory]
    [InlineData("32x32")]
    [InlineData("64x64")]
    public void Without_its_last_pooling_it_gives_the_references_logits(string size)
    {
        var golden = GoldenCase.Open("vision/vgg16_cifar10_head");
        var expected = golden.Json.GetProperty("output").GetProperty(size);
        vgg.Reset();
        using var scope = NewDisposeScope();
        using var _ = no_grad();

        var logits = vgg.Logits(expected.GetProperty("input"));

        logits.Should().BeWithin(golden.Tolerance, Rows(expected.GetProperty("logits")));
        vgg.Parameters.Values.Sum(parameter => parameter.numel()).Should().Be(golden.Json.GetProperty("parameter_count").GetInt64());
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Five_steps_of_SGD_are_the_references(int number)
    {
        var run = Training.Json.GetProperty("runs")[number];
        var losses = run.GetProperty("losses").EnumerateArray().Select(loss => loss.GetDouble()).ToArray();
        // Where a ReLU or a pooling flips by rounding, another order of sums may flip one step earlier than the reference's did.
        var given = run.GetProperty("tolerance").EnumerateArray().Select(tolerance => tolerance.GetDouble()).ToArray();
        double[] tolerances = [.. given.Zip([.. given.Skip(1), given[^1]], Math.Max)];
        vgg.Reset();
        var prefix = run.GetProperty("trained").GetString() switch { "head" => "classifier.6", "classifier" => "classifier", _ => "" };
        foreach (var (name, parameter) in vgg.Parameters) parameter.requires_grad = name.StartsWith(prefix, StringComparison.Ordinal);
        TorchSharp.Modules.Parameter[] trained = [.. vgg.Parameters.Values.Where(parameter => parameter.requires_grad)];
        trained.Sum(parameter => parameter.numel()).Should().Be(run.GetProperty("trainable").GetInt64());
        using var optimizer = new Sgd(0.001, momentum: 0.9).Create();
        ParameterGroup[] groups = [new(trained) { LearningRate = 0.001 }];
        using var scope = NewDisposeScope();
        var labels = tensor(Training.Json.GetProperty("labels").EnumerateArray().Select(label => label.GetInt64()).ToArray());

        // In evaluation mode dropout does nothing, as in the reference's runs.
        for (var step = 0; step < losses.Length; step++)
        {
            using var inner = NewDisposeScope();
            var logits = vgg.Logits(run.GetProperty("input"));
            var loss = nn.functional.cross_entropy(logits, labels);
            loss.item<float>().Should().BeApproximately((float)losses[step], (float)tolerances[step], $"step {step}");
            if (step == losses.Length - 1)
            {
                logits.Should().BeWithin(run.GetProperty("logits_tolerance").GetDouble(), Rows(run.GetProperty("logits_after")));
                break;
            }
            foreach (var parameter in trained) parameter.grad = null;
            loss.backward();
            optimizer.Step(groups);
        }
        foreach (var moved in run.GetProperty("weights_after").EnumerateObject())
        {
            using var _ = no_grad();
            var values = vgg.Parameters[moved.Name].flatten()[tensor(moved.Value.GetProperty("index").EnumerateArray().Select(i => i.GetInt64()).ToArray())];
            values.Should().BeWithin(moved.Value.GetProperty("tolerance").GetDouble(), Rows(moved.Value.GetProperty("after")), moved.Name);
        }
    }

    private static float[] Rows(JsonElement values) => [.. values.EnumerateArray()
        .SelectMany(row => row.ValueKind == JsonValueKind.Array ? row.EnumerateArray().AsEnumerable() : [row]).Select(value => value.GetSingle())];
}
