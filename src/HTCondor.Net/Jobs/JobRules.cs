using HTCondor.Net.ClassAds;

namespace HTCondor.Net.Jobs;

/// <summary>Checks a job before HTCondor sees it.</summary>
internal sealed class JobRules(JobDescription job)
{
    private const int ShownLength = 80;

    /// <summary>
    /// The problem of '$$(' in an attribute: it is replaced at match time, and the job is held if the machine has no such attribute.
    /// </summary>
    private const string MatchTime = "HTCondor replaces what follows '$$(' by an attribute of the machine";

    private static readonly HashSet<string> Reserved = new(
        [
            "ClusterId", "ProcId", "JobStatus", "LastJobStatus", "Owner", "User", "OsUser", "OwnerUid", "QDate", "GlobalJobId", "MyType",
            "TargetType", "HoldReason", "HoldReasonCode", "HoldReasonSubCode", "EnteredCurrentStatus", "CompletionDate", "NumJobStarts",
            "ExitCode", "ExitStatus", "JobUniverse", "GridResource", "ContainerImage", "DockerImage", "WantContainer", "WantDocker",
            "RequestGPUs", "AllowedExecuteDuration", "AccountingGroup", "AcctGroup", "AcctGroupUser", "TransferInput", "TransferOutput",
            "UserLog", "Arguments", "Args", "Environment", "Env", "WantIOProxy", "JobDescription", "JobBatchName", "FileSystemDomain",
            "StreamOut", "StreamErr", "TransferExecutable", "TransferIn", "TransferOut", "TransferErr", "WantDockerImage", "WantSIF",
            "WantSandboxImage", "TransferContainer",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Everything that is wrong with the job; empty if nothing is.</summary>
    public IReadOnlyList<JobProblem> Problems()
    {
        var problems = new List<JobProblem>();
        CheckPaths(problems);
        CheckAmounts(problems);
        CheckLists(problems);
        CheckUniverse(problems);
        CheckExpressions(problems);
        return problems;
    }

    private void CheckPaths(List<JobProblem> problems)
    {
        CheckText(problems, "Cmd", job.Executable, "the path of a program");
        CheckText(problems, "Iwd", job.WorkingDirectory, "an absolute directory");
        if (!job.WorkingDirectory.StartsWith('/'))
            problems.Add(Problem("Iwd", job.WorkingDirectory, "it has to be an absolute path"));
        if (job.EventLog is not null)
        {
            CheckText(problems, "UserLog", job.EventLog, "an absolute path");
            if (!job.EventLog.StartsWith('/'))
                problems.Add(
                    Problem("UserLog", job.EventLog, "it has to be an absolute path: a relative one is below the job's directory"));
        }

        foreach ((string attribute, string? path) in new[] { ("In", job.Input), ("Out", job.Output), ("Err", job.Error) })
        {
            if (path is not null)
                CheckText(problems, attribute, path, "the path of a file");
        }
    }

    private void CheckAmounts(List<JobProblem> problems)
    {
        if (job.Cpus < 1)
            problems.Add(Problem("RequestCpus", $"{job.Cpus}", "it has to be at least 1"));
        if (job.MemoryMiB < 1)
            problems.Add(Problem("RequestMemory", $"{job.MemoryMiB}", "it has to be at least 1 (MiB)"));
        if (job.DiskKiB < 1)
            problems.Add(Problem("RequestDisk", $"{job.DiskKiB}", "it has to be at least 1 (KiB)"));
        if (job.Gpus < 0)
            problems.Add(Problem("RequestGPUs", $"{job.Gpus}", "it has to be at least 0"));
        if (job.MaxRuntime is { } runtime && (runtime < TimeSpan.FromSeconds(1) || runtime.TotalSeconds > int.MaxValue))
            problems.Add(
                Problem("AllowedExecuteDuration", $"{runtime.TotalSeconds}", $"it has to be between 1 and {int.MaxValue} (seconds)"));
    }

    private void CheckLists(List<JobProblem> problems)
    {
        foreach (string argument in job.Arguments)
            CheckText(problems, "Arguments", argument, rule: null);
        foreach ((string name, string value) in job.Environment)
        {
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal))
                problems.Add(Problem("Environment", name, "the name of a variable is not empty and has no '='"));
            if (Unsendable(name) is { } badName)
                problems.Add(Problem("Environment", name, badName));
            if (Unsendable(value) is { } badValue)
                problems.Add(Problem("Environment", name, $"its value: {badValue}"));
        }

        foreach (string file in job.InputFiles)
            CheckFileName(problems, "TransferInput", file);
        foreach (string file in job.OutputFiles ?? [])
            CheckFileName(problems, "TransferOutput", file);
        foreach ((string attribute, string? text) in new[]
                 {
                     ("JobDescription", job.Description), ("JobBatchName", job.BatchName), ("FileSystemDomain", job.FileSystemDomain),
                     ("Arch", job.Architecture),
                 })
        {
            if (text is not null)
                CheckText(problems, attribute, text, attribute == "JobDescription" ? null : "a string");
        }

        CheckAccounting(problems, "AcctGroup", job.AccountingGroup);
        CheckAccounting(problems, "AcctGroupUser", job.AccountingUser);
        if (job.AccountingUser is null != job.AccountingGroup is null)
            problems.Add(
                Problem("AcctGroup", job.AccountingGroup ?? job.AccountingUser!, "an accounting group and its user belong together"));
    }

    private void CheckUniverse(List<JobProblem> problems)
    {
        if (job.Universe == JobUniverse.Container)
            CheckText(problems, "ContainerImage", job.Image ?? "", "the container universe needs an image");
        else if (job.Image is not null)
            problems.Add(Problem("ContainerImage", job.Image, "only the container universe has an image"));
        if (job.Universe == JobUniverse.Grid)
            CheckText(problems, "GridResource", job.GridResource ?? "", "the grid universe needs a resource");
        else if (job.GridResource is not null)
            problems.Add(Problem("GridResource", job.GridResource, "only the grid universe has a resource"));
    }

    private void CheckExpressions(List<JobProblem> problems)
    {
        foreach ((string attribute, ClassAdExpression? expression) in new[]
                 {
                     ("Requirements", job.Requirements), ("LeaveJobInQueue", job.LeaveInQueue), ("PeriodicHold", job.PeriodicHold),
                     ("PeriodicRelease", job.PeriodicRelease), ("PeriodicRemove", job.PeriodicRemove),
                 })
        {
            if (expression?.Problem is { } problem)
                problems.Add(Problem(attribute, expression.Text, problem));
        }

        // Inside a longer expression, a string literal cannot end with a backslash.
        if (job.Requirements is { Problem: null } && job.Requirements.And(job.Requirements).Problem is { } inside)
            problems.Add(Problem("Requirements", job.Requirements.Text, inside));
        foreach ((string name, ClassAdExpression value) in job.Extra)
        {
            if (Reserved.Contains(name) || JobAd.Written.Contains(name))
                problems.Add(Problem(name, value.Text, "another property of the job sets this attribute, or only the schedd may set it"));
            if (value.Problem is { } problem)
                problems.Add(Problem(name, value.Text, problem));
        }
    }

    private static void CheckAccounting(List<JobProblem> problems, string attribute, string? value)
    {
        if (value is not null
            && (value.Length == 0
                || value.StartsWith('.')
                || !value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or '@')))
            problems.Add(Problem(attribute, value, "it has letters, digits, '_', '-', '.', '@' only"));
    }

    private static void CheckFileName(List<JobProblem> problems, string attribute, string file)
    {
        CheckText(problems, attribute, file, "a file name is not empty");
        if (file.Contains(',', StringComparison.Ordinal))
            problems.Add(Problem(attribute, file, "HTCondor cannot carry a comma in a name of this list"));
        else if (file.Length > 0 && (char.IsWhiteSpace(file[0]) || char.IsWhiteSpace(file[^1])))
            problems.Add(Problem(attribute, file, "HTCondor cannot carry white space at the ends of a name of this list"));
    }

    /// <param name="problems">The list to which a problem is added.</param>
    /// <param name="attribute">The attribute's name.</param>
    /// <param name="value">The attribute's value.</param>
    /// <param name="rule">The rule that an empty value breaks; null if the value may be empty.</param>
    private static void CheckText(List<JobProblem> problems, string attribute, string value, string? rule)
    {
        if (value.Length == 0 && rule is not null)
            problems.Add(Problem(attribute, value, $"{rule} is expected"));
        else if (Unsendable(value) is { } problem)
            problems.Add(Problem(attribute, value, problem));
    }

    private static string? Unsendable(string value)
    {
        try
        {
            return value.Contains("$$(", StringComparison.Ordinal) ? MatchTime : ClassAdExpression.Of(value).Problem;
        }
        catch (ArgumentException wrong)
        {
            return wrong.Message;
        }
    }

    private static JobProblem Problem(string attribute, string value, string rule)
    {
        string shown =
            string.Concat(value.Take(ShownLength).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter));
        return new JobProblem(attribute, value.Length > ShownLength ? shown + "..." : shown, rule);
    }
}
