using Scailfin.Core.JobManagers;

namespace Scailfin.Testing;

/// <summary>A kind whose one manager the test made.</summary>
public sealed class ScriptedKind(IJobManager manager, string name = Specs.Backend, bool works = true) : IJobManagerKind
{
    public IReadOnlyList<RequestField> Fields { get; init; } = [];

    public string Name => name;

    public string StoredName(string backend) => Stored ?? backend;

    /// <summary>The name under which its jobs are stored, where that is another one.</summary>
    public string? Stored { get; init; }

    public bool CanWorkHere() => works;

    public IJobManager Create(string backend, BackendOptions options)
    {
        options.Integer("limit", 1, 1);
        return manager;
    }
}
