using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace TransferLearning.Reporting;

/// <summary>
/// Markup, written as an interpolated string: its literals are markup, and whatever is put into it is text and escaped, unless it is markup
/// itself. So no label, text or file name can become an element.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(new TextEncoderSettings(UnicodeRanges.All));

    private readonly StringBuilder _markup;

    public Html(int literalLength, int formattedCount) => _markup = new(literalLength + 16 * formattedCount);

    /// <summary>Names the type of an interpolated string where the compiler cannot know it.</summary>
    public static Html Of(Html markup) => markup;

    /// <summary>Markup for each of some things, one after the other.</summary>
    public static Html Each<T>(IEnumerable<T> things, Func<T, Html?> markup)
    {
        Html all = $"";
        foreach (var thing in things) all.AppendFormatted(markup(thing));
        return all;
    }

    public void AppendLiteral(string markup) => _markup.Append(markup);

    public void AppendFormatted(Html? markup) => _markup.Append(markup?._markup);

    public void AppendFormatted(string? text) => _markup.Append(Encoder.Encode(text ?? ""));

    public void AppendFormatted<T>(T value, string? format = null) where T : struct, IFormattable =>
        _markup.Append(Encoder.Encode(value.ToString(format, CultureInfo.InvariantCulture)));

    public override string ToString() => _markup.ToString();
}
