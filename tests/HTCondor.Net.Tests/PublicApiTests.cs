using System.Reflection;
using HTCondor.Net.Schedds;

namespace HTCondor.Net.Tests;

/// <summary>
/// The public interface, one member a line, is kept in PublicApi.txt: whoever changes it changes that file too, on purpose.
/// </summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_public_interface_is_the_one_that_was_agreed()
    {
        string[] actual =
        [
            .. typeof(Schedd).Assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).SelectMany(Lines),
        ];
        string file = Path.Combine(AppContext.BaseDirectory, "PublicApi.txt");
        if (Environment.GetEnvironmentVariable("SCAILFIN_WRITE_PUBLIC_API") is { Length: > 0 } target)
            File.WriteAllLines(target, actual);
        Assert.Equal(string.Join('\n', File.ReadAllLines(file)), string.Join('\n', actual));
    }

    private static IEnumerable<string> Lines(Type type)
    {
        string kind = type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.IsValueType ? "struct"
            : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : type.IsAbstract ? "abstract class"
            : "class";
        yield return $"{kind} {Name(type)}";
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (string line in type.GetMembers(Own).Select(Line).OfType<string>().Order(StringComparer.Ordinal))
            yield return "    " + line;
    }

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo made => $"new({Parameters(made)})",
        PropertyInfo property =>
            $"{Name(property.PropertyType)} {property.Name} {{ {(property.CanRead ? "get; " : "")}{Setter(property)}}}",
        FieldInfo { IsSpecialName: false } field =>
            $"{(field.IsLiteral ? "const " : "")}{Name(field.FieldType)} "
                + $"{field.Name}{(field.DeclaringType!.IsEnum ? " = " + field.GetRawConstantValue() : "")}",
        MethodInfo { IsSpecialName: false } method when !method.Name.Contains('<', StringComparison.Ordinal) =>
            $"{(method.IsStatic ? "static " : "")}{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        _ => null,
    };

    private static string Setter(PropertyInfo property) => property.SetMethod is not { IsPublic: true } setter
        ? ""
        : setter.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit") ? "init; " : "set; ";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(parameter.ParameterType)} "
            + $"{parameter.Name}{(parameter.HasDefaultValue ? " = " + (parameter.DefaultValue ?? "default") : "")}"));

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return "ref " + Name(type.GetElementType()!);
        if (!type.IsGenericType)
            return type.IsNested ? $"{Name(type.DeclaringType!)}.{type.Name}"
                : type.Namespace?.StartsWith("HTCondor", StringComparison.Ordinal) == true ? type.FullName!
                : type.Name;
        return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}"
            + $"<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
