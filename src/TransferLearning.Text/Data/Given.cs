namespace TransferLearning.Text;

/// <summary>What a caller gives in memory: null is refused by its position.</summary>
internal static class Given
{
    /// <summary>The value, which is not null.</summary>
    /// <param name="value">What is given.</param>
    /// <param name="what">What it is: <c>Text</c>, <c>Class of text</c>.</param>
    /// <param name="position">Where it stands, from 0.</param>
    /// <param name="parameter">The list that holds it.</param>
    public static T NotNull<T>(T? value, string what, int position, string parameter) where T : class =>
        value ?? throw new ArgumentException($"{what} {position} is null.", parameter);

    /// <summary>The names that are given, or else those that occur.</summary>
    /// <exception cref="ArgumentException">A name is null or given twice.</exception>
    public static ClassIndex Names(IEnumerable<string> occurring, IReadOnlyList<string>? names, string parameter) =>
        ClassIndex.Of(occurring, names is null ? null : [.. names.Select((name, position) => NotNull(name, "Name", position, parameter))]);
}
