namespace Scailfin.Core.JobManagers;

/// <summary>The type of a request field's value.</summary>
public enum RequestFieldType
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>Strings by name.</summary>
    Mapping,

    /// <summary>A list of strings.</summary>
    List,
}

/// <summary>
/// A field of a job request. A kind of job manager declares its own, and the request reader takes them from there; REANA's clients
/// send the fields of any kind, whatever the backend (contract A.4).
/// </summary>
/// <param name="Name">The field's name in the request.</param>
/// <param name="Type">The type of its value.</param>
public sealed record RequestField(string Name, RequestFieldType Type)
{
    /// <summary>The rule for a string that is not empty, for every backend; null for none.</summary>
    public RequestFieldRule? Rule { get; init; }
}

/// <summary>A rule for the value of a string field.</summary>
/// <param name="IsKept">Whether a value keeps the rule.</param>
/// <param name="Message">The message about an invalid value: <c>{0}</c> is the field, <c>{1}</c> the value as a client knows it.</param>
public sealed record RequestFieldRule(Func<string, bool> IsKept, string Message);
