using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Hosting;

/// <summary>The settings, whether or not they are as they must be, with all that can be said about them.</summary>
/// <param name="Settings">The settings, with the default in place of each value that is wrong.</param>
/// <param name="Effective">One entry for each known variable, in the order of docs/configuration.md.</param>
/// <param name="Problems">The problems, each with variable, value and rule.</param>
internal sealed record SettingsReport(ServiceSettings Settings, IReadOnlyList<EffectiveSetting> Effective, IReadOnlyList<string> Problems)
{
    /// <summary>Adds the problems of the backends: of the file that defines them, and of the options of each.</summary>
    public SettingsReport WithBackends() => this with { Problems = [.. Problems, .. BackendServices.Problems(Settings)] };

    public static SettingsReport Of(IReadOnlyDictionary<string, string> variables, ServiceMode mode)
    {
        var reader = new SettingsReader(variables);
        ServiceSettings settings = ServiceSettings.Read(reader, mode);
        OtherVariables.Read(reader);
        HashSet<string> known = [.. reader.Effective.Select(setting => setting.Name)];
        return new SettingsReport(
            settings with { Notes = [.. reader.Notes], WithoutEffect = [.. reader.WithoutEffect] },
            reader.Effective,
            [.. reader.Problems, .. UnknownVariables.Problems(reader.Names, known)]);
    }
}
