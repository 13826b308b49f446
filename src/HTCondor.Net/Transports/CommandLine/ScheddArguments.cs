using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;

namespace HTCondor.Net.Transports.CommandLine;

/// <summary>Arguments that several tools have in common.</summary>
internal static class ScheddArguments
{
    /// <summary>Makes the arguments that name the schedd.</summary>
    /// <exception cref="HTCondorException">The tools have no argument for this location.</exception>
    public static List<string> Of(ScheddLocation schedd, CallOptions options)
    {
        if (schedd.Address is not null)
            throw new HTCondorException(ToolErrors.Refused("a schedd's own address; its name can be used"));
        if (options.EffectiveOwner is not null)
            throw new HTCondorException(ToolErrors.Refused("an effective owner; a transport that runs as that user can be used"));
        var arguments = new List<string>();
        if (schedd.Name is { } name)
            arguments.AddRange(["-name", Named("the schedd's name", name)]);
        if (schedd.Pool is { } pool)
            arguments.AddRange(["-pool", Named("the pool", pool)]);
        return arguments;
    }

    /// <summary>An expression; what cannot be sent is refused.</summary>
    /// <exception cref="HTCondorException">The expression cannot be sent.</exception>
    public static string Text(string what, ClassAdExpression expression) =>
        expression.Problem is { } problem ? throw new HTCondorException(ToolErrors.Refused($"{what}: {problem}")) : expression.Text;

    /// <summary>Names of attributes in one argument.</summary>
    /// <exception cref="HTCondorException">One of the names is not valid.</exception>
    public static string Names(IReadOnlyList<string> names) => names.FirstOrDefault(name => !ClassAdNames.IsName(name)) is { } wrong
        ? throw new HTCondorException(ToolErrors.Refused($"'{wrong}', which is not the name of an attribute"))
        : string.Join(',', names);

    /// <summary>The jobs as a constraint.</summary>
    public static ClassAdExpression Constraint(JobSelection jobs) => jobs.Constraint ?? ClassAdExpression.AnyOf([.. jobs.Jobs.Select(Is)]);

    private static ClassAdExpression Is(JobKey job) =>
        ClassAdExpression.Attribute("ClusterId").EqualTo(ClassAdExpression.Of(job.Cluster))
            .And(ClassAdExpression.Attribute("ProcId").EqualTo(ClassAdExpression.Of(job.Proc)));

    private static string Named(string what, string value) => value.Length == 0 || value.StartsWith('-') || value.Any(char.IsControl)
        ? throw new HTCondorException(ToolErrors.Refused($"{what} '{value}'"))
        : value;
}
