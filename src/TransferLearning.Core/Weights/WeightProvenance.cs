namespace TransferLearning;

/// <summary>Where weights came from.</summary>
/// <param name="Source">File name, package or address.</param>
/// <param name="Sha256">SHA-256 of the file, 64 lower-case hexadecimal digits; null where it was not computed.</param>
/// <param name="Licence">SPDX identifier of the weights' licence; null where it is unknown.</param>
public sealed record WeightProvenance(string Source, string? Sha256 = null, string? Licence = null);
