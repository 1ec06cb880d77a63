namespace TransferLearning;

/// <summary>A stretch of computing that oneDNN is off in where <see cref="OneDnn"/> says that it is wrong. Dispose it at the end.</summary>
public sealed class OneDnnUse : IDisposable
{
    private readonly NativeSwitch _switch;
    private readonly string? _fault;
    private readonly (int Times, bool IsOff) _before;
    private int _isDisposed;

    internal OneDnnUse(NativeSwitch oneDnn, string? fault)
    {
        (_switch, _fault, _before) = (oneDnn, fault, oneDnn.History);
        if (fault is not null) oneDnn.Enter();
    }

    /// <summary>
    /// What a report should say: that oneDNN was off, here because it is wrong or for a while because another model of the process needs
    /// it; null where it was not.
    /// </summary>
    public string? Remark => _fault ?? (_before.IsOff || _switch.History != _before
        ? "oneDNN was off for a while, because this machine's computes another model of the process wrongly: what was computed beside it is "
            + "right, but slower, and its last digits may differ from those of another run."
        : null);

    /// <summary>Turns oneDNN on again, unless another use needs it off. May be called twice.</summary>
    public void Dispose()
    {
        if (_fault is not null && Interlocked.Exchange(ref _isDisposed, 1) == 0) _switch.Leave();
    }
}
