using System.CommandLine;
using System.Text.Json;
using Scailfin.JobController.Hosting;
using Scailfin.JobController.Settings;

namespace Scailfin.Cli.CommandLine;

/// <summary><c>scailfin config</c>: prints the settings in effect and the source of each. No secret is shown.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "As a JSON list, for programs." };
        var command = new Command("config", "Show the settings that are in effect, and check them.") { json };
        command.SetAction(parsed =>
        {
            IReadOnlyDictionary<string, string> variables = ProcessVariables.Read();
            SettingsReport report = SettingsReport.Of(variables, ServiceStart.OfThisProcess(variables).Mode);
            return Show(report.WithBackends(), parsed.GetValue(json), Console.Out, Console.Error);
        });
        return command;
    }

    /// <summary>Notes and problems go to <paramref name="error"/>; any problem means that the service would not start.</summary>
    public static int Show(SettingsReport report, bool json, TextWriter output, TextWriter error)
    {
        if (json)
            output.WriteLine(Json(report.Effective));
        else
            Table(report.Effective, output);
        foreach (string note in report.Settings.Notes)
            error.WriteLine($"scailfin: note: {note}");
        if (report.Settings.WithoutEffect is { Count: > 0 } without)
            error.WriteLine($"scailfin: note: variables that are set and have no effect: {string.Join("; ", without)}");
        foreach (string problem in report.Problems)
            error.WriteLine($"scailfin: {problem}");
        return report.Problems.Count == 0 ? ExitCodes.Well : ExitCodes.Usage;
    }

    /// <summary>Name, value and, if it is not the variable of that name, the source.</summary>
    private static void Table(IReadOnlyList<EffectiveSetting> settings, TextWriter output)
    {
        int width = settings.Max(setting => setting.Name.Length);
        foreach (EffectiveSetting setting in settings)
            output.WriteLine($"{setting.Name.PadRight(width)}  {setting.Value ?? "-"}  ({setting.Source})");
    }

    private static string Json(IReadOnlyList<EffectiveSetting> settings)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartArray();
            foreach (EffectiveSetting setting in settings)
            {
                writer.WriteStartObject();
                writer.WriteString("name", setting.Name);
                writer.WriteString("value", setting.Value);
                writer.WriteString("source", setting.Source);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
