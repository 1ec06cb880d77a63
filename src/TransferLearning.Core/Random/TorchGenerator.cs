using System.Reflection;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Torch's own generator while a run trains modules that may draw from it: it is seeded for each step, so that the run can be repeated and
/// resumed, and stands for the caller as it stood before once the last run that does so has ended.
/// </summary>
internal sealed class TorchGenerator : IDisposable
{
    // The generator is the process's, and so is who has borrowed it.
    private static readonly Lock Borrowing = new();
    private static int borrowers;
    private static Tensor? callers;

    // Of TorchSharp's modules those that draw while they train, some where they were given a dropout alone.
    private static readonly HashSet<string> KnownToDraw =
    [
        "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout", "RReLU", "MultiheadAttention",
        "TransformerEncoderLayer", "TransformerDecoderLayer", "Transformer", "FractionalMaxPool2d", "FractionalMaxPool3d",
    ];

    private readonly HashSet<string> _drawing;

    private TorchGenerator(HashSet<string> drawing)
    {
        _drawing = drawing;
        lock (Borrowing)
            if (borrowers++ == 0) callers = get_rng_state().DetachFromDisposeScope();
    }

    /// <summary>What modules of the model draw from it, as far as it is known; a sentence for the report.</summary>
    public string? Remark => _drawing.Count == 0 ? null
        : $"{string.Join(", ", _drawing.Take(3))}{(_drawing.Count > 3 ? ", ..." : "")} of the model draws from torch's generator, which all threads share: the run gives the same result again while nothing else draws from it. TransferLearning.Dropout draws from the run's own numbers.";

    /// <summary>Borrows it where a module of the model may draw from it; null where none does.</summary>
    public static TorchGenerator? BorrowFor(TransferModel model)
    {
        var (mayDraw, drawing) = (false, new HashSet<string>());
        foreach (var module in model.AllModules)
        {
            if (KnownToDraw.Contains(module.GetType().Name) && module.GetType().Assembly == typeof(nn.Module).Assembly) drawing.Add($"'{module.GetName()}'");
            mayDraw |= module.GetType().Assembly is var assembly && assembly != typeof(nn.Module).Assembly && assembly.GetCustomAttribute<DrawsFromRunAttribute>() is null;
        }
        return mayDraw || drawing.Count > 0 ? new TorchGenerator(drawing) : null;
    }

    /// <summary>Sets it to a state of the seed and the number alone.</summary>
    public static void Seed(long seed, long number) => manual_seed((long)(new SplitMix64(unchecked((ulong)seed), unchecked((ulong)number)).NextUInt64() >> 1)).Dispose();

    /// <summary>Runs a step and notes whether anything draws; beside another run nobody could tell which of them it was.</summary>
    public void Watch(Action step)
    {
        using var before = get_rng_state();
        step();
        using var scope = NewDisposeScope();
        if (_drawing.Count == 0 && Volatile.Read(ref borrowers) == 1 && !before.eq(get_rng_state()).all().item<bool>()) _drawing.Add("A module");
    }

    public void Dispose()
    {
        lock (Borrowing)
        {
            if (--borrowers > 0) return;
            set_rng_state(callers!);
            callers!.Dispose();
            callers = null;
        }
    }
}
