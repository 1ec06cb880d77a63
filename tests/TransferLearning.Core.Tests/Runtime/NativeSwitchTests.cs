namespace TransferLearning.Tests.Runtime;

public sealed class NativeSwitchTests
{
    [Fact]
    public void A_switch_that_was_off_before_stays_off()
    {
        var isOn = false;
        var native = new NativeSwitch(() => isOn, value => isOn = value);
        native.Enter();
        native.Leave();
        isOn.Should().BeFalse();
    }

    [Fact]
    public void Many_threads_leave_it_as_it_was()
    {
        var isOn = true;
        var native = new NativeSwitch(() => isOn, value => isOn = value);
        Parallel.For(0, 10_000, _ =>
        {
            native.Enter();
            Volatile.Read(ref isOn).Should().BeFalse();
            native.Leave();
        });
        isOn.Should().BeTrue();
        native.History.IsOff.Should().BeFalse();
    }
}
