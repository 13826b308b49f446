using Scailfin.Core.JobManagers;
using Scailfin.JobController.Logging;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Backends;

/// <summary>The backends that are offered (design, end of section 2).</summary>
/// <param name="Definitions">The backends in the operator's order; null for all kinds that can work here.</param>
/// <param name="Problems">Problems: names of unknown kinds, and backends that may not be offered in this mode.</param>
/// <param name="Notes">The same problems, if the service can start without these backends.</param>
internal sealed record OfferedBackends(
    IReadOnlyList<BackendDefinition>? Definitions, IReadOnlyList<string> Problems, IReadOnlyList<string> Notes)
{
    private const string Local = "local";

    /// <summary>
    /// SCAILFIN_BACKENDS if set, filtered by COMPUTE_BACKENDS if that is set; else COMPUTE_BACKENDS; else what can work here.
    /// </summary>
    /// <param name="mode">
    /// A sidecar only logs unknown backends, as long as it has one that is known: REANA lists backends that this program may lack.
    /// </param>
    /// <param name="file">The backends of SCAILFIN_BACKENDS; null if unset.</param>
    /// <param name="asked">COMPUTE_BACKENDS; null if unset. Names are compared as they are (contract A.3).</param>
    /// <param name="builtIn">The backends that can be offered without a file, by name.</param>
    public static OfferedBackends Choose(
        ServiceMode mode, IReadOnlyList<BackendDefinition>? file, IReadOnlyList<string>? asked, IReadOnlyList<BackendDefinition> builtIn)
    {
        IReadOnlyList<BackendDefinition> possible = file ?? builtIn;
        var complaints = new List<string>();
        foreach (string stranger in (asked ?? []).Where(name => !possible.Any(backend => backend.Name == name)))
            complaints.Add(
                $"COMPUTE_BACKENDS names '{stranger}', but there are only: {string.Join(", ", possible.Select(backend => backend.Name))}");

        IReadOnlyList<BackendDefinition>? offered = (file, asked) switch
        {
            (null, null) => null,
            (null, _) => [.. asked.Distinct().SelectMany(name => possible.Where(backend => backend.Name == name))],
            (_, null) => file,
            _ => [.. file.Where(backend => asked.Contains(backend.Name))],
        };
        if (mode == ServiceMode.Standalone)
            return new OfferedBackends(offered, complaints, []);

        IEnumerable<string> forbidden = (offered ?? []).Where(backend => backend.Kind == Local)
            .Select(backend => $"backend '{backend.Name}' is of kind '{Local}', which a sidecar never offers: "
                + "jobs would run beside the service's own secrets");
        return offered is { Count: 0 }
            ? new OfferedBackends(offered, complaints, [])
            : new OfferedBackends(offered, [.. forbidden], complaints);
    }

    /// <summary>Returns the backends of the settings, for the registry; notes are logged.</summary>
    /// <exception cref="SettingsException">The settings are invalid; the message names every problem.</exception>
    public static IReadOnlyList<BackendDefinition>? Of(
        ServiceMode mode,
        string? backendsFile,
        IReadOnlyList<string>? asked,
        IEnumerable<IJobManagerKind> kinds,
        ILogger<OfferedBackends> logger)
    {
        BackendDefinition[] builtIn =
            [.. kinds.Select(kind => new BackendDefinition(kind.Name, kind.Name, new Dictionary<string, object>()))];
        IReadOnlyList<BackendDefinition>? file = backendsFile is null ? null : BackendsFile.Read(backendsFile);
        OfferedBackends offered = Choose(mode, file, asked, builtIn);
        if (offered.Problems.Count > 0)
            throw new SettingsException(offered.Problems);
        foreach (string note in offered.Notes)
            logger.LogNote(note);
        return offered.Definitions;
    }
}
