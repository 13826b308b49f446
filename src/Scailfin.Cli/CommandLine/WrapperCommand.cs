using System.CommandLine;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobController.Backends;
using Scailfin.JobController.Settings;
using Scailfin.JobWrapper;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.Cli.CommandLine;

/// <summary>
/// <c>scailfin wrapper</c>: the script of a job, or what it will do in words, from a request and a site profile. Nothing is run.
/// </summary>
internal static class WrapperCommand
{
    private static readonly string[] StagingModes = ["shared", "transfer", "chirp"];

    public static Command Create() => new("wrapper", "Show the script that runs a job at a site, or say in words what it will do.")
    {
        Make(
            "render",
            "Write the script to standard output. It holds the job's command and environment: keep it to yourself.",
            (attempt, profile, place) => WrapperScript.Render(attempt, profile, place)),
        Make("explain", "Say in words what the script will do.", (attempt, profile, place) =>
            string.Concat(WrapperExplanation.Of(attempt, profile, place).Select(sentence => $"{sentence}\n"))),
    };

    private static Command Make(string name, string description, Func<Attempt, SiteProfile, WrapperPlace, string> show)
    {
        var request = new Argument<string>("REQUEST") { Description = "A file with the JSON body of POST /jobs, or - for standard input." };
        var site =
            new Option<string?>("--site") { Description = $"A site profile: a path, or one of {string.Join(", ", ShippedSites.Names)}." };
        var staging = new Option<string?>("--staging") { Description = "shared, transfer or chirp; by default the site's." };
        var directory = new Option<string?>("--directory") { Description = "The attempt's directory, absolute.", HelpName = "DIR" };
        var jobId = new Option<Guid?>("--job-id") { Description = "By default a new one." };
        var attempt = new Option<int>("--attempt") { Description = "Which attempt of the job, from 1.", DefaultValueFactory = _ => 1 };
        var echo = new Option<bool>("--echo") { Description = "The step's output also goes to the script's standard output." };
        var command = new Command(name, description) { request, site, staging, directory, jobId, attempt, echo };
        command.SetAction((parsed, outer) => Invocation.RunAsync(
            async _ =>
            {
                try
                {
                    SiteProfile profile = Profile(parsed.GetValue(site));
                    JobSpec spec = WrapperRequest.Read(parsed.GetRequiredValue(request), profile);
                    var id = new JobId(parsed.GetValue(jobId) ?? Guid.NewGuid());
                    WrapperPlace place = Place(parsed.GetValue(staging), parsed.GetValue(directory), parsed.GetValue(echo), profile);
                    await parsed.InvocationConfiguration.Output.WriteAsync(
                        show(new Attempt(id, Number(parsed.GetValue(attempt)), spec), profile, place));
                    return ExitCodes.Well;
                }
                catch (SettingsException exception)
                {
                    foreach (string problem in exception.Problems)
                        await parsed.InvocationConfiguration.Error.WriteLineAsync($"scailfin: {problem}");
                    return ExitCodes.Usage;
                }
            },
            outer));
        return command;
    }

    private static int Number(int attempt) =>
        attempt >= 1 ? attempt : throw new SettingsException([$"--attempt is '{attempt}', but must be 1 or more"]);

    private static SiteProfile Profile(string? site)
    {
        if (site is null)
            return new SiteProfile();
        string path = site.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(site) : site;
        var options = new BackendOptions(site, BackendsFile.ReadSite(path));
        SiteProfile profile = SiteProfile.Read(options, new SiteProfile());

        // A site may also have options of one kind of backend; the script does not use them.
        return options.ProblemsOfWhatWasRead.Count == 0 ? profile : throw new SettingsException(options.ProblemsOfWhatWasRead);
    }

    private static WrapperPlace Place(string? staging, string? directory, bool echo, SiteProfile profile)
    {
        StagingMode mode = staging switch
        {
            null => profile.Staging,
            "shared" => StagingMode.Shared,
            "transfer" => StagingMode.Transfer,
            "chirp" => StagingMode.Chirp,
            _ => throw new SettingsException([$"--staging is '{staging}', but must be one of: {string.Join(", ", StagingModes)}"]),
        };
        if (directory is null ? mode != StagingMode.Transfer : !Path.IsPathFullyQualified(directory))
            throw new SettingsException(
                [$"--directory is '{directory}', but staging '{mode.ToString().ToLowerInvariant()}' needs an absolute path"]);
        return new WrapperPlace { Staging = mode, Directory = directory, EchoesOutput = echo };
    }
}
