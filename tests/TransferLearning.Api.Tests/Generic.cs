using System.Reflection;

namespace TransferLearning.Api.Tests;

/// <summary>Type arguments for generic types and methods.</summary>
internal static class Generic
{
    private static readonly Type[] Candidates =
        [typeof(float), typeof(TensorDataset), typeof(Networks.Linear), typeof(Networks.Activation), typeof(string)];

    public static Type Close(Type definition) => Arguments(definition.GetGenericArguments(), definition.MakeGenericType);

    public static MethodInfo Close(MethodInfo definition) => Arguments(definition.GetGenericArguments(), definition.MakeGenericMethod);

    private static T Arguments<T>(Type[] parameters, Func<Type[], T> make)
    {
        foreach (var candidate in Candidates.Concat(Surface.Types.Where(type =>
            !type.IsGenericTypeDefinition && !(type.IsAbstract && type.IsSealed))))
        {
            try
            {
                return make([.. parameters.Select(_ => candidate)]);
            }
            catch (ArgumentException)
            {
                // A constraint does not hold.
            }
        }
        throw new NotSupportedException($"No candidate fits {parameters[0]} of {parameters[0].DeclaringType?.Name}: add one.");
    }
}
