using System.Globalization;
using System.Numerics;

namespace TransferLearning;

/// <summary>A dictionary of a pickle: a key is text, a number or a truth value; every other counts as a key of its own.</summary>
internal sealed class PickleDictionary(
    params IEnumerable<KeyValuePair<object, object?>> items) : OrderedDictionary<object, object?>(items, new KeyComparer())
{
    private sealed class KeyComparer : IEqualityComparer<object>
    {
        public new bool Equals(object? x, object? y) => x is string or long or BigInteger or bool ? x.Equals(y) : ReferenceEquals(x, y);

        // .NET hashes text with a secret, but not numbers: a file could choose ones that make every look-up slow.
        public int GetHashCode(object key) => key switch
        {
            string or long or BigInteger or bool =>
                Convert.ToString(key, CultureInfo.InvariantCulture)!.GetHashCode(StringComparison.Ordinal),
            _ => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(key),
        };
    }
}
