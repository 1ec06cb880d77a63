namespace TransferLearning;

/// <summary>
/// Says that the modules of an assembly draw random numbers from their run's <see cref="RandomSource"/> alone, never from torch's
/// generator, which all threads share. A run then leaves that alone.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class DrawsFromRunAttribute : Attribute;
