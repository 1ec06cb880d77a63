namespace TransferLearning.Text;

/// <summary>What a file of texts holds, whatever its format: rows of named or numbered fields.</summary>
/// <param name="Path">The file.</param>
/// <param name="Rows">The rows in order; in a delimited file the first may name the columns.</param>
/// <param name="Columns">Names of the columns; null where they are still to be found in the first row.</param>
internal sealed record TextTable(string Path, IReadOnlyList<TextRow> Rows, IReadOnlyList<string>? Columns);

/// <summary>A row: the line in which it begins, from 1, and its fields; a field that a JSON object lacks is null.</summary>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Fields">The fields as text.</param>
/// <param name="Lists">For each field the texts of a JSON array, null where it is none; null in a file that has no arrays.</param>
internal sealed record TextRow(int Line, string?[] Fields, string[]?[]? Lists = null);
