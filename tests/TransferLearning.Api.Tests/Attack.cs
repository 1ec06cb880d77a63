using System.Collections;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning.Api.Tests;

/// <summary>
/// Calls the members of a type with hostile values, one at a time, and collects what is answered by no documented exception.
/// </summary>
/// <param name="type">The type.</param>
/// <param name="makeInstance">Makes an instance; null: as values of the type are made.</param>
internal sealed class Attack(Type type, Func<object>? makeInstance = null)
{
    private const int MostElements = 20;

    private readonly Valid _valid = new(new Known());
    private readonly List<string> _findings = [];

    /// <summary>What a reader repeats: the calls that ended in an exception that tells the caller nothing, with that exception.</summary>
    public IReadOnlyList<string> Findings
    {
        get
        {
            lock (_findings) return [.. _findings];
        }
    }

    /// <summary>Calls that were made, and those of them that succeeded.</summary>
    public (int Made, int Succeeded) Calls { get; private set; }

    /// <summary>The call that is being made, for one that never comes back; <see cref="LastCall"/> has it where the process ends.</summary>
    public string Current
    {
        get => Volatile.Read(ref field);
        private set
        {
            LastCall.Write(value);
            Volatile.Write(ref field, value);
        }
    } = "";

    /// <summary>Why no instance can be made; null where one can.</summary>
    public string? Unmade { get; private set; }

    public void Run()
    {
        set_num_threads(1);
        var calls = Surface.MembersOf(type).Select(member => new Call(member)).ToArray();
        var hostile = new Hostile(_valid);
        if (calls.Any(call => call.HasInstance) && !CanBeMade()) calls = [.. calls.Where(call => !call.HasInstance)];
        foreach (var call in calls)
        {
            Try(call, call.ToString(), () => null, -1, () => null);
            foreach (var (index, parameter) in call.Parameters.Index())
                foreach (var (name, make) in hostile.Of(Call.Given(parameter.ParameterType), $"{call.Member.Name}.{parameter.Name}"))
                    Try(call, $"{call} with {parameter.Name} = {name}", () => null, index, make);
            if (call.HasInstance && typeof(IDisposable).IsAssignableFrom(type)) Try(call,
                $"{call} of a disposed instance", Disposed, -1, () => null);
        }
        // What a constructor or property takes, the methods must bear.
        foreach (var (name, make) in hostile.Of(type).Skip(1).Concat(Constructed(calls, hostile)))
            foreach (var call in calls.Where(call => call.HasInstance && !call.Member.Name.StartsWith("set_", StringComparison.Ordinal)))
                Try(call, $"{call} of {name}", make, -1, () => null);
    }

    private IEnumerable<(string, Func<object?>)> Constructed(Call[] calls, Hostile hostile) =>
        from call in calls where call.Member.IsConstructor
        from parameter in call.Parameters.Index()
        from value in hostile.Of(Call.Given(parameter.Item.ParameterType), $"{call.Member.Name}.{parameter.Item.Name}")
        select ($"{call} with {parameter.Item.Name} = {value.Name}",
            (Func<object?>)(() => call.Invoke(null, Arguments(call, parameter.Index, value.Make))));

    private bool CanBeMade()
    {
        using var scope = NewDisposeScope();
        try
        {
            Live.With(type, () => (Instance() as IDisposable)?.Dispose());
        }
        catch (Exception failure)
        {
            Unmade = $"{type}: {failure.Message}";
        }
        return Unmade is null;
    }

    private object? Instance() => makeInstance is null ? _valid.Of(type) : makeInstance();

    private object? Disposed()
    {
        var made = Instance();
        (made as IDisposable)?.Dispose();
        return made;
    }

    private object?[] Arguments(Call call, int hostile, Func<object?> make) =>
        [.. call.Parameters.Select((parameter, index) => index == hostile ? make() : _valid.Of(parameter))];

    private void Try(Call call, string name, Func<object?> instance, int hostile, Func<object?> make)
    {
        Current = name;
        using var scope = NewDisposeScope();
        Live.With([type, .. call.Parameters.Select(parameter => parameter.ParameterType)], () =>
        {
            object? target = null;
            object?[] arguments = [];
            try
            {
                target = !call.HasInstance ? null : instance() ?? Instance();
                arguments = Arguments(call, hostile, make);
            }
            catch (Exception)
            {
                // The value itself is refused, which is another call's affair.
                return;
            }
            Calls = (Calls.Made + 1, Calls.Succeeded);
            try
            {
                var result = call.Invoke(target, arguments);
                Use(result);
                Calls = (Calls.Made, Calls.Succeeded + 1);
                if (result != target) (result as IDisposable)?.Dispose();
            }
            catch (Exception failure) when (!IsAnswer(call, failure))
            {
                Found($"{name}: {failure.GetType().Name}: {failure.Message.Split('\n')[0]}{Environment.NewLine}    {PlaceOf(failure)}");
            }
            catch (Exception)
            {
                // Documented.
            }
            finally
            {
                foreach (var owned in arguments.Append(target).OfType<IDisposable>().Distinct()) Release(owned);
            }
        });
    }

    private static string? PlaceOf(Exception failure) =>
        failure.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("TransferLearning", StringComparison.Ordinal))?.Trim();

    private void Found(string finding)
    {
        lock (_findings) _findings.Add(finding);
    }

    /// <summary>Reads what is computed when it is asked for.</summary>
    private static void Use(object? result)
    {
        if (result is Task task && !task.Wait(TimeSpan.FromMinutes(1))) throw new TimeoutException("The task does not end.");
        if (result is IEnumerable list and not string)
            foreach (var _ in list.Cast<object?>().Take(MostElements)) { }
    }

    private static void Release(IDisposable owned)
    {
        try
        {
            owned.Dispose();
        }
        catch (Exception failure) when (failure is ObjectDisposedException or InvalidOperationException or IOException)
        {
            // Of a call's own making.
        }
    }

    private static bool IsTorchs(System.Reflection.MethodBase member) =>
        member is System.Reflection.MethodInfo method && method.GetBaseDefinition().DeclaringType!.Assembly == typeof(Tensor).Assembly;

    /// <summary>Whether an exception is one that a caller can be expected to know.</summary>
    private static bool IsAnswer(Call call, Exception failure) => failure switch
    {
        AggregateException { InnerExceptions: [var one] } => IsAnswer(call, one),
        ArgumentException or InvalidOperationException or NotSupportedException or IOException
            or UnauthorizedAccessException or OperationCanceledException => true,
        // A module of torch's keeps torch's contract.
        ExternalException when IsTorchs(call.Member) => true,
        ExternalException or KeyNotFoundException =>
            Surface.IsDocumented(call.Member, failure.GetType() == typeof(SEHException) ? typeof(ExternalException) : failure.GetType()),
        _ => Surface.IsOurs(failure.GetType()) || Surface.IsDocumented(call.Member, failure.GetType()),
    };
}
