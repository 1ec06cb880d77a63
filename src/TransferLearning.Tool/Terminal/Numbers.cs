using System.CommandLine;
using System.CommandLine.Parsing;

namespace TransferLearning.Tool.Terminal;

/// <summary>Whole numbers of options, refused in the option's own words.</summary>
internal static class Numbers
{
    /// <summary>An option that may be left out.</summary>
    public static Option<int?> Optional(string name, string description, int least = 1) =>
        new(name) { Description = description, CustomParser = argument => Parse(argument, least) };

    /// <summary>An option with a default.</summary>
    public static Option<int> WithDefault(string name, string description, int value, int least = 1) =>
        new(name) { Description = description, DefaultValueFactory = _ => value, CustomParser = argument => Parse(argument, least) };

    private static int Parse(ArgumentResult argument, int least)
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text, out var count) && count >= least) return count;
        argument.AddError($"'{text}' does not fit {((OptionResult)argument.Parent!).Option.Name}: give a whole number from {least}.");
        return least;
    }
}
