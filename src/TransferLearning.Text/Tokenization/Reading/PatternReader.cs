namespace TransferLearning.Text;

internal static class PatternReader
{
    /// <summary><c>{"String": ...}</c> or <c>{"Regex": ...}</c>.</summary>
    public static Pattern Read(JsonField field)
    {
        if (field.Has("String")) return new StringPattern(field["String"].Text());
        var regex = field["Regex"];
        var pattern = regex.Text();
        return regex.Read(() => new RegexPattern(pattern));
    }
}
