using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Api.Tests;

/// <summary>Values that nobody should give, and somebody will.</summary>
internal sealed class Hostile(Valid valid)
{
    // So large a value is done as asked: a run without end, or all memory.
    private static readonly HashSet<string> Amounts =
        new(["epochs", "steps", "maxSteps", "maxIterations", "pairsPerExample", "attempts", "featureSize",
        "hidden", "headWidth", "positions", "Order.count", "draws"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The hostile values of a type, each made anew, with a name by which to find it again.</summary>
    /// <param name="type">The type of a parameter or property.</param>
    /// <param name="called">Its name.</param>
    /// <param name="depth">How deep into lists, options and functions.</param>
    public IEnumerable<(string Name, Func<object?> Make)> Of(Type type, string? called = null, int depth = 2)
    {
        if (Nullable.GetUnderlyingType(type) is { } value) return [("null", () => null), .. Of(value, called, depth)];
        var all = Plain(type);
        if (called is not null && (Amounts.Contains(called) || Amounts.Contains(called[(called.LastIndexOf('.') + 1)..]))) all =
            all.Where(value => value.Name != Name(int.MaxValue) && value.Name != Name(long.MaxValue));
        if (!type.IsValueType) all = all.Prepend(("null", () => null));
        return depth == 0 ? all : all.Concat(Deep(type, called, depth - 1));
    }

    private IEnumerable<(string Name, Func<object?> Make)> Plain(Type type)
    {
        if (type == typeof(bool)) return Values(true, false);
        if (type == typeof(int)) return Values(0, -1, int.MinValue, int.MaxValue);
        if (type == typeof(long)) return Values(0L, -1L, long.MinValue, long.MaxValue);
        if (type == typeof(double)) return Values(0.0, -1.0, 1e300, double.NaN, double.PositiveInfinity, double.NegativeInfinity);
        if (type == typeof(float)) return Values(0f, -1f, 1e30f, float.NaN, float.PositiveInfinity, float.NegativeInfinity);
        if (type == typeof(string)) return Values("", " ", "\0", "no/such", "\uD800", new string('x', 3000));
        if (type == typeof(TimeSpan)) return Values(TimeSpan.Zero, TimeSpan.FromTicks(-1), TimeSpan.MinValue, TimeSpan.MaxValue);
        if (type == typeof(Uri)) return Values(new Uri("a/b", UriKind.Relative), new Uri("file:///etc/hostname"), new Uri("mailto:a@b"));
        if (type == typeof(CancellationToken)) return Values(new CancellationToken(canceled: true));
        if (type == typeof(Range)) return Values(..0, 5..1, ^9..^1, int.MaxValue..);
        if (type == typeof(Index)) return Values<Index>(^0, ^9, int.MaxValue);
        if (type == typeof(Tensor)) return Tensors();
        if (type == typeof(Scalar)) return [("NaN", () => (Scalar)double.NaN), ("2^63-1", () => (Scalar)long.MaxValue)];
        if (type == typeof(Stream)) return Streams();
        if (type == typeof(object)) return Values<object>("text", 1, double.NaN);
        if (type == typeof(JsonElement)) return [("undefined", () => default(JsonElement)),
            .. Jsons().Select(json => (json, (Func<object?>)(() => JsonDocument.Parse(json).RootElement)))];
        if (type == typeof(JsonObject) || type == typeof(JsonNode)) return Jsons().Where(json => json[0] == '{')
            .Select(json => (json, (Func<object?>)(() => JsonNode.Parse(json))));
        if (type == typeof(Type)) return Values(typeof(int), typeof(List<>), typeof(void));
        if (type.IsEnum) return [("-1", () => Enum.ToObject(type, -1)), ("99", () => Enum.ToObject(type, 99))];
        if (type.IsPrimitive) return [("min", () => type.GetField("MinValue")!.GetValue(null)),
            ("max", () => type.GetField("MaxValue")!.GetValue(null))];
        if (type.IsValueType) return [("default", () => Activator.CreateInstance(type))];
        return [];
    }

    private IEnumerable<(string Name, Func<object?> Make)> Deep(Type type, string? called, int depth)
    {
        if (Valid.ElementOf(type) is { } element && (type.IsArray || type.IsAssignableFrom(element.MakeArrayType())))
        {
            yield return ("[]", () => Array.CreateInstance(element, 0));
            yield return ("[valid, valid]", () => List(element, valid.Of(element), valid.Of(element)));
            foreach (var (name, make) in Of(element, called, depth)) yield return ($"[{name}]", () => List(element, make()));
            foreach (var (name, make) in Of(element, called, 0)) yield return ($"[valid, {name}]", () =>
                List(element, valid.Of(element), make()));
        }
        else if (typeof(ITuple).IsAssignableFrom(type) && type.IsValueType)
        {
            var parts = type.GetGenericArguments();
            foreach (var (index, part) in parts.Index())
                foreach (var (name, make) in Of(part, depth: depth))
                    yield return ($"(Item{index + 1} = {name})", () =>
                        Activator.CreateInstance(type, [.. parts.Select((other, i) => i == index ? make() : valid.Of(other))]));
        }
        else if (typeof(Delegate).IsAssignableFrom(type))
        {
            var result = type.GetMethod("Invoke")!.ReturnType;
            if (result == typeof(void)) yield break;
            foreach (var (name, make) in Of(result, depth: Math.Min(depth, 1))) yield return ($"_ => {name}", () =>
                Valid.Function(type, _ => make()));
        }
        else if (type == typeof(TensorSet))
        {
            foreach (var (name, make) in Tensors()) yield return ($"set of {name}", () => new TensorSet((Tensor)make()!));
        }
        else if (Surface.IsOurs(type) && !type.IsAbstract && !type.IsEnum)
        {
            foreach (var property in type.GetProperties()
                .Where(property => property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0))
                foreach (var (name, make) in Of(property.PropertyType, property.Name, depth))
                    yield return ($"{{ {property.Name} = {name} }}", () =>
                    {
                        var made = valid.Of(type)!;
                        property.SetValue(made, make(), BindingFlags.DoNotWrapExceptions, null, null, null);
                        return made;
                    });
        }
        if (typeof(IDisposable).IsAssignableFrom(type) && type != typeof(Tensor) && type != typeof(Stream))
            yield return ("disposed", () =>
            {
                var made = valid.Of(type)!;
                ((IDisposable)made).Dispose();
                return made;
            });
    }

    private static IEnumerable<(string Name, Func<object?> Make)> Tensors() =>
    [
        ("scalar", () => tensor(1f)), ("tensor [0]", () => zeros(0)), ("tensor [0, 3]", () => zeros(0, 3)),
            ("tensor of int64 [2]", () => zeros(2, int64)),
        ("tensor of int64 -5 [2, 3]", () => full([2, 3], -5, int64)), ("tensor of bool [2, 3]", () => zeros(2, 3, @bool)),
            ("tensor of NaN [2, 3]", () => full([2, 3], float.NaN)),
        ("tensor of rank 12", () => ones([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2])), ("tensor of complex [2, 3]", () => zeros(2, 3, complex64)),
        ("tensor, transposed", () => ones(3, 2).t()), ("disposed tensor", () =>
        {
            var made = ones(2, 3);
            made.Dispose();
            return made;
        }),
    ];

    private static IEnumerable<(string Name, Func<object?> Make)> Streams() =>
    [
        ("empty stream", () => new MemoryStream()), ("stream of zeros", () => new MemoryStream(new byte[64])), ("closed stream", () =>
        {
            var made = new MemoryStream();
            made.Dispose();
            return made;
        }),
    ];

    private static string[] Jsons() =>
        ["{}", "[]", "null", "{\"a\": [1, {\"b\": null}]}", "{\"kind\": 1, \"settings\": 7, \"name\": null}"];

    private static IEnumerable<(string Name, Func<object?> Make)> Values<T>(params T[] values) =>
        values.Select(value => (Name(value), (Func<object?>)(() => value)));

    private static string Name(object? value) => value switch
    {
        string { Length: > 20 } text => $"\"{text[0]} x {text.Length}\"",
        string text => $"\"{text.Replace("\0", "\\0").Replace("\uD800", "\\uD800")}\"",
        _ => FormattableString.Invariant($"{value}"),
    };

    private static Array List(Type element, params object?[] values)
    {
        var list = Array.CreateInstance(element, values.Length);
        foreach (var (i, value) in values.Index()) list.SetValue(value, i);
        return list;
    }
}
