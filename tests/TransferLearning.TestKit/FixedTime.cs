namespace TransferLearning.TestKit;

/// <summary>A clock that stands still, in a time zone of its own.</summary>
/// <param name="now">The time that it shows.</param>
/// <param name="zone">Hours that local time is ahead of UTC.</param>
public sealed class FixedTime(DateTimeOffset now, double zone = 0) : TimeProvider
{
    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone(
        "test", TimeSpan.FromHours(zone), "test", "test");

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => now;
}
