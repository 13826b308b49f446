using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.Site;

/// <summary>A script that ran as a vanilla job.</summary>
internal sealed record PoolJob(int ExitCode, string Output)
{
    /// <summary>Submits it, waits for its end and reads what it wrote; <paramref name="lines"/> are added to its description.</summary>
    public static async Task<PoolJob> RunAsync(HpcContainer site, string user, string script, string lines = "")
    {
        string folder = await site.MakeFolderAsync(user);
        await site.ExecAsync(user, ["tee", $"{folder}/job.sh"], $"#!/bin/bash\n{script}\n");
        await site.ExecAsync(user, "chmod", "755", $"{folder}/job.sh");
        int cluster = await site.SubmitAsync(
            user,
            $"""
            executable = {folder}/job.sh
            output = {folder}/out
            error = {folder}/err
            log = {folder}/log
            should_transfer_files = YES
            transfer_output_files = ""
            {lines}
            queue

            """,
            folder);
        (await site.ExecAsync(user, ["condor_wait", $"{folder}/log"], "", progress: () => Testing.FilesPicture.Of(folder)))
            .OutputOfSuccess();
        string code = "";
        await Testing.Eventually.TrueAsync(
            async () => (code = (await site.ExecAsync(user, "condor_history", $"{cluster}", "-af", "ExitCode"))
                .OutputOfSuccess().Trim()).Length > 0,
            "the job is in the history");
        TestContext.Current.SendDiagnosticMessage(await File.ReadAllTextAsync(Path.Combine(folder, "err")));
        return new PoolJob(int.Parse(code), await File.ReadAllTextAsync(Path.Combine(folder, "out")));
    }
}
