namespace TransferLearning;

/// <summary>
/// Something that several threads use and one disposes, at any moment: it is freed after the last use that is in flight, and whoever comes
/// later gets an <see cref="ObjectDisposedException"/>. For what owns native memory and serves many threads.
/// </summary>
/// <param name="resource">What is used; disposed with this.</param>
/// <param name="owner">Whose name the exception bears.</param>
public sealed class SharedResource(IDisposable resource, object owner) : IDisposable
{
    // The owner counts as a user until it disposes.
    private int _users = 1;
    private int _isDisposed;
    private readonly IDisposable _resource = resource ?? throw new ArgumentNullException(nameof(resource));
    private readonly string _owner = owner?.GetType().Name ?? throw new ArgumentNullException(nameof(owner));

    /// <summary>Begins a use; dispose what is returned to end it.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public Use Enter()
    {
        for (var users = Volatile.Read(ref _users); _isDisposed == 0 && users > 0; users = Volatile.Read(ref _users))
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users) return new Use(this);
        throw new ObjectDisposedException(_owner);
    }

    /// <summary>Frees the resource, now or after the last use in flight. May be called twice.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0) Leave();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0) _resource.Dispose();
    }

    /// <summary>A use in flight.</summary>
    public readonly struct Use : IDisposable, IEquatable<Use>
    {
        private readonly SharedResource? _shared;

        internal Use(SharedResource shared) => _shared = shared;

        /// <summary>Ends it.</summary>
        public void Dispose() => _shared?.Leave();

        /// <inheritdoc/>
        public bool Equals(Use other) => ReferenceEquals(_shared, other._shared);

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Use other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => _shared?.GetHashCode() ?? 0;

        /// <summary>Whether both are uses of the same.</summary>
        public static bool operator ==(Use left, Use right) => left.Equals(right);

        /// <summary>Whether they are uses of different ones.</summary>
        public static bool operator !=(Use left, Use right) => !left.Equals(right);
    }
}
