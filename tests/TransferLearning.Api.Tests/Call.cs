using System.Linq.Expressions;
using System.Reflection;

namespace TransferLearning.Api.Tests;

/// <summary>
/// A member that can be called with boxed arguments; spans are given as arrays, results that cannot be boxed are dropped.
/// </summary>
internal sealed class Call
{
    private readonly Func<object?, object?[], object?> _invoke;

    public Call(MethodBase member)
    {
        (Member, Parameters) = (member, member.GetParameters());
        _invoke = Compile(member, Parameters);
    }

    public MethodBase Member { get; }

    public ParameterInfo[] Parameters { get; }

    public bool HasInstance => !Member.IsStatic && !Member.IsConstructor;

    public object? Invoke(object? instance, object?[] arguments) => _invoke(instance, arguments);

    /// <summary>The type of what is given for a parameter: without ref, and an array for a span.</summary>
    public static Type Given(Type parameter)
    {
        var type = parameter.IsByRef ? parameter.GetElementType()! : parameter;
        return IsSpan(type) ? type.GetGenericArguments()[0].MakeArrayType() : type;
    }

    public override string ToString()
    {
        var parameters = Parameters.Select(parameter => $"{parameter.ParameterType.Name} {parameter.Name}");
        return $"{Member.ReflectedType?.Name}.{(Member.IsConstructor ? "new" : Member.Name)}({string.Join(", ", parameters)})";
    }

    private static bool IsSpan(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var definition
        && (definition == typeof(ReadOnlySpan<>) || definition == typeof(Span<>));

    private static Func<object?, object?[], object?> Compile(MethodBase member, ParameterInfo[] parameters)
    {
        var (instance, arguments) = (Expression.Parameter(typeof(object)), Expression.Parameter(typeof(object[])));
        List<ParameterExpression> variables = [];
        List<Expression> body = [], passed = [];
        foreach (var (index, parameter) in parameters.Index())
        {
            var given = Given(parameter.ParameterType);
            Expression value = Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(index)), given);
            if (IsSpan(parameter.ParameterType)) value = Expression.Convert(value, parameter.ParameterType);
            else if (parameter.ParameterType.IsByRef)
            {
                var variable = Expression.Variable(given);
                variables.Add(variable);
                body.Add(Expression.Assign(variable, value));
                value = variable;
            }
            passed.Add(value);
        }
        var call = member is ConstructorInfo constructor ? (Expression)Expression.New(constructor, passed)
            : Expression.Call(member.IsStatic ? null : Expression.Convert(instance, member.DeclaringType!), (MethodInfo)member, passed);
        body.Add(Boxed(call));
        return Expression.Lambda<Func<object?, object?[], object?>>(Expression.Block(variables, body), instance, arguments).Compile();
    }

    private static Expression Boxed(Expression result) =>
        result.Type == typeof(void) ? Expression.Block(result, Expression.Constant(null))
        : IsSpan(result.Type) ? Expression.Call(result, nameof(Span<int>.ToArray), [])
        : result.Type.IsByRefLike ? Expression.Block(result, Expression.Constant(null))
        : Expression.Convert(result, typeof(object));
}
