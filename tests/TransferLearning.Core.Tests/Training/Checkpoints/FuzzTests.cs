using System.Buffers.Binary;
using System.Text;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training.Checkpoints;

/// <summary>Mutants of a run's checkpoint, from which a run is then to go on.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class FuzzTests : IDisposable
{
    private const int LengthSize = sizeof(ulong);

    private static readonly TrainerOptions Options = Experiment.Options with { Optimizer = new AdamW(0.01) };

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _header;
    private readonly byte[] _data;

    public FuzzTests()
    {
        using var experiment = new Experiment();
        experiment.Invoking(
            e => e.FitUntil(Options with { Checkpoints = new(_folder.File("run")) }, Strategies, now => now is { Phase: TrainingPhase.Training, Epoch: 2, Batch: 2 }))
            .Should().Throw<OperationCanceledException>();
        var file = File.ReadAllBytes(Path.Combine(_folder.File("run"), "checkpoint-00000005.safetensors"));
        var end = LengthSize + (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        (_header, _data) = (file[LengthSize..end], file[end..]);
    }

    private static IFineTuneStrategy[] Strategies =>
        [new LoraFineTuning(new LoraOptions { Rank = 2, TargetModules = ["conv2"] }), new ExponentialAveraging(0.5), new L2StartingPoint(), new EarlyStopping(patience: 2)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Header_of_a_checkpoint() =>
        Fuzzer.Run(
            "header of a checkpoint", _header, header => GoOn([.. BitConverter.GetBytes((ulong)header.Length), .. header, .. _data]), Documented);

    [Fact]
    public void Training_state_of_a_checkpoint()
    {
        using var scope = NewDisposeScope();
        using var file = WeightFile.Open(Path.Combine(_folder.File("run"), "checkpoint-00000005.safetensors"));
        var tensors = file.Tensors.Keys.ToDictionary(name => name, file.Read);
        var metadata = file.Metadata.ToDictionary();
        Fuzzer.Run("training state of a checkpoint", tensors["training.state"].bytes.ToArray(), state =>
        {
            using var mutant = tensor(state);
            TransferLearning.Safetensors.Write(
                _folder.File("mutant"), new Dictionary<string, Tensor>(tensors) { ["training.state"] = mutant }, metadata);
            GoOn(File.ReadAllBytes(_folder.File("mutant")));
        }, Documented);
    }

    [Fact]
    public void Values_of_the_training_state()
    {
        using var scope = NewDisposeScope();
        using var file = WeightFile.Open(Path.Combine(_folder.File("run"), "checkpoint-00000005.safetensors"));
        var tensors = file.Tensors.Keys.ToDictionary(name => name, file.Read);
        var state = Encoding.UTF8.GetString(tensors["training.state"].bytes);
        foreach (var mutant in JsonMutants.Of(state))
        {
            using var damaged = tensor(Encoding.UTF8.GetBytes(mutant));
            TransferLearning.Safetensors.Write(
                _folder.File("mutant"), new Dictionary<string, Tensor>(tensors) { ["training.state"] = damaged }, file.Metadata.ToDictionary());
            var thrown = Record.Exception(() => GoOn(File.ReadAllBytes(_folder.File("mutant"))));
            if (thrown is not null) Documented.Should().Contain(thrown.GetType(), $"{thrown} is of {mutant}");
        }
    }

    private static Type[] Documented => [typeof(WeightFormatException), typeof(ArgumentException), typeof(TrainingDivergedException)];

    private void GoOn(byte[] checkpoint)
    {
        Directory.Delete(_folder.File("run"), recursive: true);
        Directory.CreateDirectory(_folder.File("run"));
        File.WriteAllBytes(Path.Combine(_folder.File("run"), "checkpoint-00000005.safetensors"), checkpoint);
        using var experiment = new Experiment();
        experiment.Fit(
            Options with { Checkpoints = new(_folder.File("run")) { Resume = true } }, Strategies).Save(_folder.File("report.json"));
    }
}
