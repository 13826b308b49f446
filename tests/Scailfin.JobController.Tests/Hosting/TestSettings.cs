using Scailfin.JobController.Hosting;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Tests.Hosting;

/// <summary>Settings from variables that a test writes as <c>NAME=value</c>.</summary>
internal static class TestSettings
{
    public static ServiceSettings Standalone(params string[] variables) =>
        ServiceSettings.Read(Variables(variables), ServiceMode.Standalone);

    public static ServiceSettings Sidecar(params string[] variables) => ServiceSettings.Read(Variables(variables), ServiceMode.Sidecar);

    public static SettingsReport Report(ServiceMode mode, params string[] variables) => SettingsReport.Of(Variables(variables), mode);

    public static IReadOnlyList<string> Problems(ServiceMode mode, params string[] variables) => Report(mode, variables).Problems;

    public static Dictionary<string, string> Variables(params string[] variables) =>
        variables.Select(variable => variable.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
}
