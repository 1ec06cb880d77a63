namespace TransferLearning;

/// <summary>
/// A setting of torch's global context that is off while somebody needs it off, and afterwards as it was before. It is one for the whole
/// process, and computations overlap: so those that need it off are counted.
/// </summary>
/// <param name="read">The setting; null where it cannot be reached.</param>
/// <param name="write">Changes it.</param>
internal sealed class NativeSwitch(Func<bool?> read, Action<bool> write)
{
    private readonly Lock _lock = new();
    private int _users;
    private bool _before;

    /// <summary>Whether it can be read and changed here.</summary>
    public bool IsReachable => read() is not null;

    /// <summary>How often it has been turned off, and whether it is off now: what is equal before and after was not touched between.</summary>
    public (int Times, bool IsOff) History
    {
        get
        {
            lock (_lock) return (field.Times, _users > 0);
        }
        private set;
    }

    /// <summary>Turns it off until <see cref="Leave"/>.</summary>
    public void Enter()
    {
        lock (_lock)
        {
            if (_users++ > 0) return;
            _before = read() ?? false;
            write(false);
            History = (History.Times + 1, true);
        }
    }

    /// <summary>Ends a use; the last one turns it on again where it was on.</summary>
    public void Leave()
    {
        lock (_lock)
            if (--_users == 0 && _before) write(true);
    }
}
