namespace Scailfin.JobController.Jobs;

/// <summary>What is wrong with a request, by field; schema-level problems stand under <c>_schema</c> (contract A.3).</summary>
internal sealed class RequestProblems : SortedDictionary<string, List<string>>
{
    public const string Schema = "_schema";

    public RequestProblems()
        : base(StringComparer.Ordinal)
    {
    }

    public void Add(string field, string message)
    {
        if (!TryGetValue(field, out List<string>? messages))
            this[field] = messages = [];
        messages.Add(message);
    }
}
