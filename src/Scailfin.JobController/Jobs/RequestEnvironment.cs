using System.Text;
using System.Text.Json;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>The environment of a job: the request's <c>env_vars</c>, and what every step of REANA finds there (contract C.2).</summary>
internal sealed class RequestEnvironment
{
    private const string Field = "env_vars";

    private readonly OrderedDictionary<string, string> _variables = new(StringComparer.Ordinal);

    /// <summary>Reads the request's variables: strings unchanged, numbers and Booleans as their JSON text, null as empty.</summary>
    public static RequestEnvironment Read(JsonElement? mapping, RequestLimits limits, RequestProblems problems)
    {
        var environment = new RequestEnvironment();
        if (mapping is not { } variables)
            return environment;
        foreach ((string name, JsonElement value) in JsonText.Members(variables))
            environment.Add(name, value, problems);
        int bytes = environment._variables.Sum(pair => Encoding.UTF8.GetByteCount(pair.Key) + Encoding.UTF8.GetByteCount(pair.Value));
        if (bytes > limits.Environment)
            problems.Add(Field, $"Longer than the {limits.Environment} bytes that all names and values together may have: {bytes}.");
        return environment;
    }

    /// <summary>Adds the service's own variables; one of the same name is replaced in its place.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> For(string workspace, string workflow, string daskScheduler)
    {
        _variables["REANA_WORKSPACE"] = workspace;
        _variables["REANA_WORKFLOW_UUID"] = workflow;
        if (daskScheduler.Length > 0)
            _variables["DASK_SCHEDULER_URI"] = daskScheduler;
        return [.. _variables];
    }

    private void Add(string name, JsonElement element, RequestProblems problems)
    {
        string? value = null;
        string? problem = NameProblem(name) ?? ValueProblem(element, out value);
        if (problem is null)
            _variables[name] = value!;
        else
            problems.Add(Field, $"{PythonText.Represent(name)}: {problem}");
    }

    private static string? NameProblem(string name)
    {
        if (name.Length == 0)
            return "The name of a variable cannot be empty.";
        if (name.AsSpan().IndexOfAny('=', '\0') >= 0)
            return "The name of a variable cannot contain '=' or NUL.";
        return JsonText.IsWellFormed(name) ? null : "The name of a variable cannot contain a lone surrogate (half of a UTF-16 pair).";
    }

    private static string? ValueProblem(JsonElement element, out string? value)
    {
        value = element.ValueKind switch
        {
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.GetRawText(),

            // Kubernetes treats a null value as an empty one.
            JsonValueKind.Null => "",
            _ => null,
        };
        return element.ValueKind switch
        {
            JsonValueKind.String => JsonText.TryRead(element, out value, out string? problem) ? null : problem,
            JsonValueKind.Number => double.IsFinite(element.GetDouble()) ? null : "Number too large.",
            JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null => null,
            _ => $"The value must be a string, a number or a boolean, got {PythonText.Represent(element)}.",
        };
    }
}
