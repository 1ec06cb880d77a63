using System.Globalization;

namespace TransferLearning;

/// <summary>What a record says of itself, alike under every culture.</summary>
internal static class InvariantText
{
    public static string Of(object? value)
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return value?.ToString() ?? "";
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
