namespace TransferLearning.Text;

/// <summary>A token that is found in the text before it is cut into words.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">The text that it stands for.</param>
/// <param name="SingleWord">Whether it counts only where no word character touches it.</param>
/// <param name="StripLeft">Whether it takes the white space before it.</param>
/// <param name="StripRight">Whether it takes the white space after it.</param>
/// <param name="Normalized">Whether it is looked for in the normalized text, and normalized itself.</param>
/// <param name="Special">Whether decoding may leave it out.</param>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool StripLeft, bool StripRight, bool Normalized, bool Special);
