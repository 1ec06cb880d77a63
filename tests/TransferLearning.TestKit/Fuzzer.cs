using System.Globalization;
using FluentAssertions.Execution;

namespace TransferLearning.TestKit;

/// <summary>
/// Tries mutants of a valid file on what reads it: each must be read or refused as documented, in bounded memory and without end.
/// </summary>
/// <remarks>
/// Environment variables: <c>TRANSFERLEARNING_FUZZ</c> is the number of mutants of all formats together (default 2,000),
/// <c>TRANSFERLEARNING_FUZZ_SEED</c> the seed (default 42), <c>TRANSFERLEARNING_FUZZ_MUTANT</c> the number of the only mutant to try.
/// </remarks>
public static class Fuzzer
{
    // Over all test projects.
    private const int Formats = 35;

    private const int DefaultTotal = 2000;

    // For a reader's own tables, buffers and a small image; and for what a file unpacks to, as objects.
    private const long FreeBytes = 64 << 20, BytesForEachByte = 200;

    /// <summary>Mutants of all formats together; also how many hostile texts each tokenizer is given.</summary>
    public static int Total => Variable("", DefaultTotal);

    /// <summary>Whether more is tried than in every run of the tests.</summary>
    public static bool IsLong => Total > DefaultTotal;

    private static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(2);

    /// <summary>Tries the mutants of one format.</summary>
    /// <param name="format">Names the format where a mutant fails.</param>
    /// <param name="original">The valid file, or the part of it that is to be damaged.</param>
    /// <param name="read">Reads a mutant. Where it reads from a file, that file is left behind if the process dies.</param>
    /// <param name="documented">The exceptions that may refuse it.</param>
    public static void Run(string format, byte[] original, Action<byte[]> read, params Type[] documented)
    {
        read(original);
        var seed = (ulong)Variable("_SEED", 42);
        var only = Variable("_MUTANT", -1);
        var (first, end) = only >= 0 ? (only, only + 1) : (0, Math.Max(1, Total / Formats));
        var (mutator, mutant, refused) = (new Mutator(original, seed), first, 0);

        var run = Task.Factory.StartNew(() =>
        {
            for (; mutant < end; Interlocked.Increment(ref mutant))
                if (Problem(mutator.Mutant(mutant), read, documented, ref refused) is { } problem)
                    return $"Mutant {mutant} of '{format}' with seed {seed} {problem}";
            return null;
        }, TaskCreationOptions.LongRunning);

        int before;
        do before = Volatile.Read(ref mutant);
        while (!run.Wait(HangLimit) && before != Volatile.Read(ref mutant));
        if (!run.IsCompleted) Execute.Assertion.FailWith($"Mutant {before} of '{format}' with seed {seed} is read without end.");
        if (run.Result is { } failure) Execute.Assertion.FailWith("{0}", failure);
        Console.WriteLine($"{end - first} mutants of '{format}': {refused} refused, {end - first - refused} read.");
    }

    private static string? Problem(byte[] mutant, Action<byte[]> read, Type[] documented, ref int refused)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(mutant);
        }
        catch (Exception exception) when (documented.Contains(exception.GetType()))
        {
            refused++;
        }
        catch (Exception exception)
        {
            return $"({mutant.Length} bytes) gives an exception that is not documented: {exception}";
        }
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        return taken > FreeBytes + BytesForEachByte * mutant.Length ? $"({mutant.Length} bytes) takes {taken} bytes of memory." : null;
    }

    private static int Variable(string suffix, int otherwise) =>
        Environment.GetEnvironmentVariable("TRANSFERLEARNING_FUZZ" + suffix) is { Length: > 0 } value
            ? int.Parse(value, CultureInfo.InvariantCulture)
            : otherwise;
}
