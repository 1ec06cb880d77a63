using System.Collections;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace TransferLearning.Api.Tests;

/// <summary>
/// Makes a value of any type that a call succeeds with: what <see cref="Known"/> names, else by constructors and factory methods of our
/// own.
/// </summary>
internal sealed class Valid(Known known)
{
    // By name: ScottPlot has a public attribute of its own by it.
    private const string RequiredMember = "System.Runtime.CompilerServices.RequiredMemberAttribute";

    private readonly HashSet<Type> _open = [];

    /// <summary>A new value of a type.</summary>
    /// <exception cref="NotSupportedException">There is no way to make one.</exception>
    public object? Of(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (known.Find(type) is { } make) return make();
        if (type.IsEnum) return Enum.GetValues(type).GetValue(0);
        if (type.IsArray) return List(type.GetElementType()!);
        if (ElementOf(type) is { } element && type.IsAssignableFrom(element.MakeArrayType())) return List(element);
        if (typeof(Delegate).IsAssignableFrom(type)) return Function(type, result => Of(result));
        if (typeof(ITuple).IsAssignableFrom(type) || type.IsGenericType && type.Name.StartsWith("KeyValuePair", StringComparison.Ordinal))
            return Activator.CreateInstance(type, [.. type.GetGenericArguments().Select(part => Of(part))]);
        if (type.IsPrimitive) return Convert.ChangeType(1, type, null);
        if (Surface.IsOurs(type) && _open.Add(type))
        {
            try
            {
                return Made(type);
            }
            finally
            {
                _open.Remove(type);
            }
        }
        return type.IsValueType ? Activator.CreateInstance(type)
            : throw new NotSupportedException($"No value of {type} is known: add one to {nameof(Known)}.");
    }

    /// <summary>The value of a parameter: what is known for its name, else its default where it has one.</summary>
    public object? Of(ParameterInfo parameter) =>
        known.Named(Call.Given(parameter.ParameterType), parameter) is { } make ? make()
        : parameter is { HasDefaultValue: true, DefaultValue: null } && Nullable.GetUnderlyingType(parameter.ParameterType) is null
            && parameter.ParameterType.IsValueType
            ? Activator.CreateInstance(parameter.ParameterType)
            : parameter.HasDefaultValue ? parameter.ParameterType.IsEnum
                ? Enum.ToObject(parameter.ParameterType, parameter.DefaultValue!) : parameter.DefaultValue
            : Of(Call.Given(parameter.ParameterType));

    /// <summary>A function of a delegate's type that takes anything and gives what it is told to.</summary>
    public static Delegate Function(Type type, Func<Type, object?> result)
    {
        var invoke = type.GetMethod("Invoke")!;
        ParameterExpression[] parameters = [.. invoke.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType))];
        var value = invoke.ReturnType == typeof(void) ? (Expression)Expression.Empty()
            : Expression.Convert(Expression.Invoke(Expression.Constant(() => result(invoke.ReturnType))), invoke.ReturnType);
        return Expression.Lambda(type, value, parameters).Compile();
    }

    /// <summary>The element of a list type; null where it is none.</summary>
    public static Type? ElementOf(Type type) => type == typeof(string) ? null
        : type.IsArray ? type.GetElementType()
        : type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type) && type.GetGenericArguments() is [var one] ? one : null;

    private Array List(Type element)
    {
        var list = Array.CreateInstance(element, 1);
        list.SetValue(Of(element), 0);
        return list;
    }

    private object Made(Type type)
    {
        if (type.IsInterface || type.IsAbstract)
            return Of(Surface.Types.FirstOrDefault(one =>
                one is { IsAbstract: false, IsGenericTypeDefinition: false } && type.IsAssignableFrom(one))
                ?? throw new NotSupportedException($"Nothing is a {type}."))!;
        List<Exception> failures = [];
        var factories = type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => method.ReturnType == type && !method.IsSpecialName && !method.IsGenericMethod);
        foreach (var way in type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length)
            .Concat<MethodBase>(factories))
        {
            if (way.GetParameters() is [var only] && only.ParameterType == type) continue;
            try
            {
                var made = new Call(way).Invoke(null, [.. way.GetParameters().Select(Of)])!;
                foreach (var property in type.GetProperties()
                    .Where(property => property.CustomAttributes.Any(one => one.AttributeType.FullName == RequiredMember)))
                    property.SetValue(made, Of(property.PropertyType));
                return made;
            }
            catch (Exception failure)
            {
                failures.Add(failure);
            }
        }
        throw new NotSupportedException($"No {type} can be made: {string.Join("; ", failures.Select(failure => failure.Message))}");
    }
}
