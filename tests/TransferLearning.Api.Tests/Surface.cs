using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TransferLearning.Api.Tests;

/// <summary>What the packages offer: their public types and members, and what is documented of them.</summary>
internal static partial class Surface
{
    /// <summary>The assemblies of all packages beside the tests.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } =
    [
        .. Directory.EnumerateFiles(AppContext.BaseDirectory, "TransferLearning.*.dll").Order(StringComparer.Ordinal)
            .Select(path => Path.GetFileNameWithoutExtension(path))
                .Where(name => !name.EndsWith("Tests", StringComparison.Ordinal) && !name.EndsWith("TestKit", StringComparison.Ordinal))
            .Select(Assembly.Load),
    ];

    private static readonly ILookup<string, string> Documentation = Assemblies
        .SelectMany(assembly => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member"))
        .ToLookup(member => WithoutParameters().Replace(member.Attribute("name")!.Value[2..], ""), member => string.Concat(member.Nodes()));

    /// <summary>The public types, generic ones closed over types that fit.</summary>
    public static IEnumerable<Type> Types { get; } =
    [
        .. Assemblies.SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => !type.Name.Contains('<', StringComparison.Ordinal) && !typeof(Delegate).IsAssignableFrom(type) && !type.IsEnum)
            .OrderBy(type => type.FullName, StringComparer.Ordinal),
    ];

    public static bool IsOurs(Type type) => Assemblies.Contains(type.Assembly);

    /// <summary>The public constructors, methods, accessors and operators that a type has from our packages, generic ones closed.</summary>
    public static IEnumerable<MethodBase> MembersOf(Type type)
    {
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;
        IEnumerable<MethodBase> constructors = type.IsAbstract ? [] : type.GetConstructors();
        var methods = type.GetMethods(Public)
            .Where(method => IsOurs(method.DeclaringType!) && (!method.IsAbstract || type.IsAbstract)
                && !method.Name.Contains('<', StringComparison.Ordinal))
            .Where(method => method.GetCustomAttribute<CompilerGeneratedAttribute>() is null || method.IsSpecialName)
            .Select(method => method.IsGenericMethodDefinition ? Generic.Close(method) : method);
        return constructors.Concat(methods);
    }

    /// <summary>Whether the documentation of a member, its type, or what it implements names an exception.</summary>
    public static bool IsDocumented(MethodBase member, Type exception)
    {
        var name = member.IsConstructor ? "#ctor" : Accessor().Replace(member.Name, "");
        var types = Ancestors(member.DeclaringType!).Concat(member.ReflectedType is { } reflected ? Ancestors(reflected) : []);
        return types.SelectMany(type => Documentation[$"{type}.{name}"].Concat(Documentation[type]))
            .Any(text => text.Contains(exception.Name, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Ancestors(Type type)
    {
        List<Type> all = [.. type.GetInterfaces()];
        for (var ancestor = type; ancestor is not null; ancestor = ancestor.BaseType) all.Add(ancestor);
        return all.Select(one => (one.IsGenericType ? one.GetGenericTypeDefinition() : one).FullName!.Replace('+', '.'));
    }

    [GeneratedRegex(@"(``\d+)?\(.*$")]
    private static partial Regex WithoutParameters();

    [GeneratedRegex("^(get|set)_")]
    private static partial Regex Accessor();
}
