using System.Buffers;
using System.Text;
using System.Text.Json;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobController.Hosting;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Settings;
using Scailfin.JobWrapper;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.Cli.CommandLine;

/// <summary>
/// Reads a job's request from a file, by the service's own rules; but for the workspace, which may lie anywhere: nothing is run here.
/// </summary>
internal static class WrapperRequest
{
    private const long Longest = 4 << 20;

    /// <exception cref="SettingsException">The file is not a request, or the site refuses it.</exception>
    public static JobSpec Read(string path, SiteProfile profile)
    {
        byte[] text = ReadAll(path);
        if (text.Length > Longest)
            throw new SettingsException([$"{path} is longer than the {Longest} bytes that a request may have"]);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            ServiceSettings settings = SettingsReport.Of(ProcessVariables.Read(), ServiceMode.Standalone).Settings;
            var problems = new RequestProblems();
            var anywhere = new UserWorkspaces(new WorkspacePath(["/"]), _ => null);
            var reader = new JobRequestReader(settings.Requests, BackendServices.Fields(settings), anywhere);
            JobSpec? spec = reader.Read(document.RootElement, "", "site", problems);
            if (spec is null)
                throw new SettingsException([$"{path}: {Text(problems)}"]);
            IReadOnlyList<SpecProblem> refusals = WrapperScript.Validate(spec, profile);
            return refusals.Count == 0 ? spec : throw new SettingsException([.. refusals.Select(refusal => refusal.Message)]);
        }
        catch (JsonException exception)
        {
            throw new SettingsException([$"{path} is not JSON: {exception.Message}"]);
        }
    }

    private static byte[] ReadAll(string path)
    {
        try
        {
            return path == "-" ? ReadAll(Console.OpenStandardInput()) : File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"{path} cannot be read: {exception.Message}"]);
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }

    private static string Text(RequestProblems problems)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            problems.Write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
