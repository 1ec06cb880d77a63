namespace TransferLearning.Tokenizers;

/// <summary>How much of each text fits, and the windows over what does not.</summary>
internal static class Truncation
{
    /// <summary>Numbers of tokens to keep of the texts of a pair; a single text has no second one.</summary>
    public static (int First, int Second) Fit(int first, int second, int room, TruncationStrategy strategy)
    {
        var surplus = first + second - room;
        if (surplus <= 0) return (first, second);
        return strategy switch
        {
            TruncationStrategy.OnlyFirst => first > surplus ? (first - surplus, second) : (0, Math.Min(second, room)),
            TruncationStrategy.OnlySecond => second > surplus ? (first, second - surplus) : (Math.Min(first, room), 0),
            _ => FitLongestFirst(first, second, room),
        };
    }

    private static (int First, int Second) FitLongestFirst(int first, int second, int room)
    {
        // Of two texts that are both longer than half the room, the second gets the odd token if it is the longer.
        var (shorter, longer) = (Math.Min(first, second), room - Math.Min(first, second));
        if (longer < shorter) (shorter, longer) = (room / 2, room - room / 2);
        return first <= second ? (shorter, longer) : (longer, shorter);
    }

    /// <summary>
    /// Windows of at most <paramref name="size"/> tokens that together cover all, each sharing <paramref name="stride"/> tokens
    /// with the one before. The first is what is kept; from the left side on they run backwards.
    /// </summary>
    public static IReadOnlyList<(int Start, int End)> Windows(int count, int size, int? stride, TextSide side)
    {
        if (size >= count) return [(0, count)];
        if (stride is null) return [Window(0)];
        if (size == 0) return [(0, 0), (0, count)];

        List<(int Start, int End)> windows = [];
        var step = Math.Max(1, size - stride.Value);
        for (var covered = 0; covered < count; covered = Math.Min(count, windows.Count * step - step + size))
            windows.Add(Window(windows.Count * step));
        return windows;

        (int, int) Window(int at) => side == TextSide.Right
            ? (at, Math.Min(count, at + size))
            : (Math.Max(0, count - at - size), count - at);
    }
}
