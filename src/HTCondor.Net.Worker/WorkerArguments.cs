using System.Diagnostics.CodeAnalysis;

namespace HTCondor.Net.Worker;

/// <summary>The program's few options.</summary>
internal sealed record WorkerArguments
{
    private const string Usage = """
        usage: htcondor-net-worker [--library FILE|FOLDER] [--probe | --end PID]
        Without --probe or --end it serves requests on standard input; HTCondor.Net starts it so.
          --probe      says what it finds and whether it can be used (exit code 0 or 1)
          --end PID    ends another process of this program (exit code 0; 1 if there is none)
          --library    libcondor_utils, or where to look for it
        """;

    public string? Library { get; private init; }

    public bool ProbeOnly { get; private init; }

    public int? ProcessToEnd { get; private init; }

    public static bool TryParse(string[] args, [NotNullWhen(true)] out WorkerArguments? arguments, [NotNullWhen(false)] out string? problem)
    {
        var parsed = new WorkerArguments();
        problem = null;
        for (int at = 0; at < args.Length && problem is null; at++)
        {
            string? value = at + 1 < args.Length ? args[at + 1] : null;
            (parsed, at, problem) = (args[at], value) switch
            {
                ("--probe", _) => (parsed with { ProbeOnly = true }, at, null),
                ("--library", not null) => (parsed with { Library = value }, at + 1, null),
                ("--end", not null) when int.TryParse(value, out int process) && process > 1 =>
                    (parsed with { ProcessToEnd = process }, at + 1, null),
                _ => (parsed, at, $"htcondor-net-worker: '{args[at]}' is not understood.\n{Usage}"),
            };
        }

        arguments = problem is null ? parsed : null;
        return problem is null;
    }
}
