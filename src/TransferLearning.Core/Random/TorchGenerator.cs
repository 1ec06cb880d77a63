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
    private static long borrowings;
    private static Tensor? callers;

    // Of TorchSharp's modules those that draw while they train, some where they were given a dropout alone.
    private static readonly HashSet<string> KnownToDraw =
    [
        "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout", "RReLU", "MultiheadAttention",
        "TransformerEncoderLayer", "TransformerDecoderLayer", "Transformer", "FractionalMaxPool2d", "FractionalMaxPool3d",
    ];

    private readonly HashSet<string> _drawing;
    private bool _changes;

    private TorchGenerator(HashSet<string> drawing)
    {
        _drawing = drawing;
        lock (Borrowing)
        {
            if (borrowers++ == 0) callers = get_rng_state().DetachFromDisposeScope();
            borrowings++;
        }
    }

    /// <summary>What modules of the model draw from it, as far as it is known; a sentence for the report.</summary>
    public string? Remark
    {
        get
        {
            if (_drawing.Count == 0 && !_changes) return null;
            // Who changed the state nobody can tell: a thread outside of any run may have, such as one that makes a model.
            var who = _changes ? "A module of the model draws from torch's generator, or code beside the run does, since all threads "
                + "share it"
                : $"{string.Join(", ", _drawing.Take(3))}{(_drawing.Count > 3 ? ", ..." : "")} of the model draws from torch's "
                + "generator, which all threads share";
            return $"{who}: the run gives the same result again while nothing else draws from it. TransferLearning.Dropout draws from "
                + "the run's own numbers.";
        }
    }

    /// <summary>Borrows it where a module of the model may draw from it; null where none does.</summary>
    public static TorchGenerator? BorrowFor(TransferModel model)
    {
        var (mayDraw, drawing) = (false, new HashSet<string>());
        foreach (var module in model.AllModules)
        {
            if (KnownToDraw.Contains(module.GetType().Name) && module.GetType().Assembly == typeof(nn.Module).Assembly)
                drawing.Add($"'{module.GetName()}'");
            mayDraw |= module.GetType().Assembly is var assembly && assembly != typeof(nn.Module).Assembly
                && assembly.GetCustomAttribute<DrawsFromRunAttribute>() is null;
        }
        return mayDraw || drawing.Count > 0 ? new TorchGenerator(drawing) : null;
    }

    /// <summary>Sets it to a state of the seed and the number alone.</summary>
    public static void Seed(long seed, long number) =>
        manual_seed((long)(new SplitMix64(unchecked((ulong)seed), unchecked((ulong)number)).NextUInt64() >> 1)).Dispose();

    /// <summary>Runs a step and notes whether anything draws; beside another run nobody could tell which of them it was.</summary>
    public void Watch(Action step)
    {
        var alone = BorrowingWhileAlone();
        using var before = get_rng_state();
        step();
        using var scope = NewDisposeScope();
        var after = get_rng_state();
        // Asked last: another run that has come, even one that has gone again, may be what changed the state.
        _changes |= _drawing.Count == 0 && alone is not null && alone == BorrowingWhileAlone() && !before.eq(after).all().item<bool>();
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

    /// <summary>The number of the last borrowing where one run alone has it; else null.</summary>
    private static long? BorrowingWhileAlone()
    {
        lock (Borrowing) return borrowers == 1 ? borrowings : null;
    }
}
