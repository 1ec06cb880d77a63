using System.Globalization;
using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>Writes a regular expression of the Oniguruma library in .NET's dialect, or says what it has no counterpart for.</summary>
internal sealed class OnigurumaPattern
{
    private const int MaxLength = 10_000;

    private const string HexDigit = "0-9A-Fa-f";

    // What \w means there. Outside of a class the fractions and superscripts of Latin-1 count too, a quirk of its tables.
    private const string Word = @"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u24B6-\u24E9";
    private const string LoneWord = Word + @"\u00B2\u00B3\u00B9\u00BC-\u00BE";

    private readonly string _pattern;
    private readonly StringBuilder _result = new();
    private int _at;

    private OnigurumaPattern(string pattern) => _pattern = pattern;

    /// <exception cref="ArgumentException">Something in the pattern is not supported.</exception>
    public static string Translate(string pattern) => new OnigurumaPattern(pattern).Translate();

    private string Translate()
    {
        if (_pattern.Length > MaxLength)
            throw new ArgumentException($"A pattern has {_pattern.Length} characters, more than the {MaxLength} that are supported.");
        if (_pattern.Any(char.IsSurrogate)) throw Unsupported("a character above U+FFFF");

        Stack<int> groups = [];
        for (var atom = 0; _at < _pattern.Length;)
        {
            var start = _result.Length;
            switch (_pattern[_at])
            {
                case '?' or '*' or '+' when Peek(1) == '+':
                    // A possessive quantifier is an atomic group.
                    _result.Insert(atom, "(?>").Append(_pattern[_at]).Append(')');
                    _at += 2;
                    continue;
                case '?' or '*' or '+':
                    Copy(1);
                    continue;
                case '{' when Count() is > 0 and var length:
                    Copy(1);
                    if (Peek(0) == ',') _result.Append('0');
                    Copy(length - 1);
                    continue;
                case '(':
                    groups.Push(start);
                    GroupStart();
                    break;
                case ')':
                    if (!groups.TryPop(out start)) throw Unsupported("a ')' without its '('");
                    Copy(1);
                    break;
                case '[':
                    Class();
                    break;
                case '\\':
                    Escape(inClass: false);
                    break;
                default:
                    Copy(1);
                    break;
            }
            atom = start;
        }
        return _result.ToString();
    }

    private char Peek(int ahead) => _at + ahead < _pattern.Length ? _pattern[_at + ahead] : '\0';

    private void Copy(int length)
    {
        _result.Append(_pattern, _at, length);
        _at += length;
    }

    /// <summary>Length of a quantifier such as {1,3}, or 0 where the brace is only a brace.</summary>
    private int Count()
    {
        var length = 1;
        while (char.IsAsciiDigit(Peek(length)) || Peek(length) == ',') length++;
        return length > 1 && Peek(length) == '}' ? length + 1 : 0;
    }

    private void GroupStart()
    {
        Copy(1);
        if (Peek(0) != '?' || !(char.IsAsciiLetter(Peek(1)) || Peek(1) == '-')) return;
        // Here m lets the dot match line breaks, as s does in .NET.
        for (; _at < _pattern.Length && _pattern[_at] is not (':' or ')'); _at++)
            _result.Append(_pattern[_at] == 'm' ? 's' : _pattern[_at]);
    }

    private void Class()
    {
        Copy(1);
        if (Peek(0) == '^') Copy(1);
        if (Peek(0) == ']') throw Unsupported("an empty class");
        while (Peek(0) != ']')
        {
            if (_at >= _pattern.Length) throw Unsupported("a '[' without its ']'");
            if (Peek(0) == '[') throw Unsupported("a class within a class");
            if (Peek(0) == '&' && Peek(1) == '&') throw Unsupported("an intersection of classes");
            if (Peek(0) == '\\')
                Escape(inClass: true);
            else
                Copy(1);
        }
        Copy(1);
    }

    private void Escape(bool inClass)
    {
        var escaped = Peek(1);
        switch (escaped)
        {
            case 'w' or 'h' when inClass:
                Replace(escaped == 'w' ? Word : HexDigit);
                break;
            case 'w' or 'h':
                Replace(escaped == 'w' ? $"[{LoneWord}]" : $"[{HexDigit}]");
                break;
            case 'W' or 'H' when !inClass:
                Replace(escaped == 'W' ? $"[^{LoneWord}]" : $"[^{HexDigit}]");
                break;
            case 'b' when !inClass:
                Replace($"(?:(?<=[{LoneWord}])(?![{LoneWord}])|(?<![{LoneWord}])(?=[{LoneWord}]))");
                break;
            case 'B' when !inClass:
                Replace($"(?:(?<=[{LoneWord}])(?=[{LoneWord}])|(?<![{LoneWord}])(?![{LoneWord}]))");
                break;
            case 'x' when Peek(2) == '{':
                var end = _pattern.IndexOf('}', _at);
                var digits = end < 0 ? "" : _pattern.AsSpan(_at + 3, end - _at - 3);
                if (!ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
                    throw Unsupported("a character above U+FFFF");
                _result.Append(CultureInfo.InvariantCulture, $"\\u{unit:X4}");
                _at = end + 1;
                break;
            case 'p' or 'P' when Peek(2) == '{' && Peek(3) == '^':
                _result.Append(escaped == 'p' ? "\\P{" : "\\p{");
                _at += 4;
                break;
            case 'd' or 'D' or 's' or 'S' or 'A' or 'z' or 'Z' or 'n' or 'r' or 't' or 'f' or 'v' or 'a' or 'e' or 'p' or 'P' or 'u' or 'x':
            case not ('\0' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9')):
                Copy(2);
                break;
            default:
                throw Unsupported($"'\\{escaped}'{(inClass ? " in a class" : "")}");
        }
    }

    private void Replace(string translation)
    {
        _result.Append(translation);
        _at += 2;
    }

    private ArgumentException Unsupported(string what) => new($"The pattern '{_pattern}' has {what}, which is not supported.");
}
