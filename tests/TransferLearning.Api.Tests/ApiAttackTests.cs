using System.Diagnostics;
using Xunit.Abstractions;

namespace TransferLearning.Api.Tests;

/// <summary>
/// Whatever is given to a public member, it succeeds or answers with an exception that tells the caller what was wrong: never with a null
/// reference, an index out of range, an overflow or the end of the process.
/// </summary>
public class ApiAttackTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // What no caller makes: a host serves it.
    private static readonly string[] Unmade = ["IImageClassifier", "ITextClassifier"];

    public static TheoryData<string> Packages => [.. Surface.Assemblies.Select(assembly => assembly.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Hostile_values_are_answered_by_documented_exceptions(string package) =>
        Attack(Surface.Types.Where(type => type.Assembly.GetName().Name == package)
            .Select(type => (type.Name, new Attack(type.IsGenericTypeDefinition ? Generic.Close(type) : type))));

    [Fact]
    public void So_are_those_given_to_what_only_an_interface_shows() =>
        Attack(Known.Hidden.Select(hidden => ($"{hidden.Interface.Name} of {hidden.Name}", new Attack(hidden.Interface, hidden.Make))));

    private void Attack(IEnumerable<(string Name, Attack Attack)> attacks)
    {
        using var place = new Place();
        List<string> findings = [];
        var (made, succeeded) = (0, 0);
        foreach (var (name, attack) in attacks)
        {
            var clock = Stopwatch.StartNew();
            if (Unended(attack) is { } call) findings.Add($"{call}: does not end.");
            findings.AddRange(attack.Findings);
            if (attack.Unmade is { } reason
                && !Unmade.Contains(name))
                findings.Add($"{reason} (A type that cannot be made is not attacked: add a line to {nameof(Known)}.)");
            (made, succeeded) = (made + attack.Calls.Made, succeeded + attack.Calls.Succeeded);
            output.WriteLine($"{name}: {attack.Calls.Made} calls, {attack.Calls.Succeeded} succeeded, {clock.Elapsed.TotalSeconds:F1} s");
        }
        output.WriteLine($"{made} calls, {succeeded} succeeded");
        made.Should().BePositive();
        string.Join(Environment.NewLine, findings).Should().BeEmpty();
    }

    /// <summary>Runs an attack; gives the call that never came back, null where all did.</summary>
    private static string? Unended(Attack attack)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                attack.Run();
            }
            catch (Exception thrown)
            {
                failure = new InvalidOperationException($"The attack itself failed at {attack.Current}.", thrown);
            }
        }, maxStackSize: 16 << 20) { IsBackground = true };
        thread.Start();
        for (var (call, since) = ("", Stopwatch.StartNew()); !thread.Join(100);)
            if (attack.Current != call) (call, since) = (attack.Current, Stopwatch.StartNew());
            else if (since.Elapsed > Patience) return call;
        return failure is null ? null : throw failure;
    }
}
