using System.Globalization;

namespace TransferLearning.TestKit;

/// <summary>Another culture for a test, until it is disposed.</summary>
public sealed class UnderCulture : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    /// <summary>Sets it for this thread.</summary>
    /// <param name="name">Such as <c>"ar-SA"</c>, with its own digits and calendar.</param>
    public UnderCulture(string name) => CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(name);

    /// <summary>Puts the one before back.</summary>
    public void Dispose() => CultureInfo.CurrentCulture = _before;
}
