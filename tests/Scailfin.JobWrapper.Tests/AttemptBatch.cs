using System.Formats.Tar;
using System.Security.Cryptography;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>Runs attempts of one target, one after the other, in the container of a site.</summary>
internal static class AttemptBatch
{
    // With SCAILFIN_TEST_BASH, an older bash of this machine runs the scripts.
    private const string RunAll =
        """
        export SCAILFIN_TEST_NODE=node STAND_INS=${PWD%/*}/stand-ins TEST_SHELL=bash
        [ ! -e ../bash ] || TEST_SHELL=${PWD%/*}/bash
        mkdir ../tools
        # Whether a picture has changed within so many looks, about a minute: PICTURE
        moves() {
          [ "$1" = "$before" ] || { before=$1; still=0; }
          still=$((still + 1))
          [ $still -lt 1200 ]
        }
        for tool in mkfifo tar sync find shifter shifterimg singularity condor_chirp; do ln -s "$STAND_INS/gate" "../tools/$tool"; done
        for place in */; do
          (
            cd "$place" || exit
            mkfifo gate
            exec 7<>gate
            sh ./before >before.log 2>&1 7>&-
            if [ -e twice ]; then
              "$TEST_SHELL" wrapper.sh >stdout 2>stderr </dev/null 7>&- & first=$!
              "$TEST_SHELL" wrapper.sh >stdout.2 2>stderr.2 </dev/null 7>&- & second=$!
              wait $second; echo $? >code.2
              wait $first; echo $? >code
            else
              setsid sh -c "$(cat under)
              exec \"\$TEST_SHELL\" wrapper.sh" >stdout 2>stderr </dev/null 7>&- & session=$!
              if [ -s stop ]; then
                before=''
                until cat output wrapper.log blocked 2>/dev/null | grep -q -F -f stop || ! kill -0 $session ||
                  ! moves "$(cat output wrapper.log stdout stderr 2>/dev/null | wc -c)"; do sleep 0.05; done
                . ./at-stop
                echo go >&7
              fi
              wait $session; echo $? >code
              before=''
              while left=$(pgrep -s $session) && moves "$left"; do sleep 0.05; done
              pgrep -a -s $session >left
            fi
            . ./after >after.log 2>&1
          )
        done
        """;

    // The stand-in "gate" comes before every other program of its names, also on the wrapper's own PATH; no other attempt sees that.
    private const string Gate =
        """
        export BLOCK='CALL' PLACE=$PWD TOOLS=${STAND_INS%/*}/tools
        export PATH=$TOOLS:$PATH
        exec unshare --user --map-current-user --keep-caps --mount \
          sh -c 'mount --bind "$TOOLS" /usr/local/sbin && exec "$TEST_SHELL" wrapper.sh'
        """;

    public static async Task<IReadOnlyDictionary<string, AttemptResult>> RunAsync(
        HpcContainer site, RuntimeTarget target, IEnumerable<Scenario> scenarios)
    {
        string folder = await site.MakeFolderAsync(target.User);
        (await site.ExecAsync("root", "site-images", Path.Combine(folder, "images"))).OutputOfSuccess();
        CopyStandIns(Path.Combine(folder, "stand-ins"));
        string attempts = Directory.CreateDirectory(Path.Combine(folder, "attempts")).FullName;
        if (Environment.GetEnvironmentVariable("SCAILFIN_TEST_BASH") is { Length: > 0 } bash)
            File.Copy(bash, Path.Combine(folder, "bash"));
        foreach (Scenario scenario in scenarios)
            Write(target, scenario, folder, Path.Combine(attempts, scenario.Name));
        File.WriteAllText(Path.Combine(folder, "run-all"), RunAll);
        (await site.ExecAsync("root", "sh", "-c",
            $"cd {folder} && ln -s ../images stand-ins/images && {target.Preparation.Replace("FOLDER", folder, StringComparison.Ordinal)} "
                + $"&& chown -R {target.User} {folder} && chmod 755 {folder}"))
            .OutputOfSuccess();
        string path = target.StandsIn ? $"{folder}/stand-ins:" : "";
        string[] command = ["env", $"PATH={path}/usr/local/bin:/usr/bin:/bin", "bash", "../run-all"];
        if (target.InSlurm)
        {
            await site.StartSlurmAsync();
            command = ["salloc", "-n", "2", "--quiet", .. command];
        }

        (await site.ExecAsync(target.User, command, "", attempts, progress: () => FilesPicture.Of(attempts))).OutputOfSuccess();
        var results = Directory.GetDirectories(attempts).ToDictionary(place => Path.GetFileName(place), AttemptResult.Read);
        (await site.ExecAsync("root", "sh", "-c", $"cp {folder}/stand-ins/*.log {attempts}/ 2>/dev/null; chmod -R a+rX {folder}"))
            .OutputOfSuccess();
        return results;
    }

    private static void Write(RuntimeTarget target, Scenario scenario, string folder, string place)
    {
        Directory.CreateDirectory(place);
        SiteProfile profile = scenario.Site(
            target.Profile with { ImageDirectories = [Path.Combine(folder, "images")], StopGrace = TimeSpan.FromSeconds(40) });
        profile = profile with { Binds = [.. profile.Binds.Select(bind => bind.Replace("{P}", place, StringComparison.Ordinal))] };
        JobSpec spec = scenario.Spec(Specs.Valid(scenario.Command.Replace("{W}", target.Workspace, StringComparison.Ordinal)) with
        {
            WorkflowWorkspace = scenario.Staging == StagingMode.Shared ? Path.Combine(place, "ws") : target.Workspace,
            DockerImage = target.Image,
            Timeout = target.TimeoutOf(scenario.Timeout),
            Environment =
            [
                .. scenario.Environment.Select(variable => new KeyValuePair<string, string>(
                    variable.Key, variable.Value.Replace("{W}", target.Workspace, StringComparison.Ordinal))),
            ],
        });
        (long Size, string Sha256) input = WriteInput(Path.Combine(place, WrapperFiles.InputArchiveName));
        var wrapper = new WrapperPlace
        {
            Input = scenario.KnowsInput ? input : null,
            Staging = scenario.Staging,
            Directory = scenario.Directory?.Replace("{P}", place, StringComparison.Ordinal) ?? place,
            Nonce = WrapperPlace.NewNonce(),
            StepUser = scenario.StepUser,
            WorkspaceIs = scenario.StepUser is null ? "" : Path.Combine(place, "ws"),
        };
        File.WriteAllText(Path.Combine(place, WrapperFiles.ScriptName), WrapperScript.Render(Specs.NewAttempt(spec), profile, wrapper));
        File.SetUnixFileMode(Path.Combine(place, WrapperFiles.ScriptName), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(Path.Combine(place, "before"), scenario.Before);
        File.WriteAllText(
            Path.Combine(place, "under"),
            scenario.Blocks is { } call ? $"{scenario.Under}\n{Gate.Replace("CALL", call, StringComparison.Ordinal)}" : scenario.Under);
        File.WriteAllText(Path.Combine(place, "at-stop"), scenario.AtStop);
        File.WriteAllText(Path.Combine(place, "after"), scenario.After);
        if ((scenario.Blocks is null ? scenario.StopsAt : "blocked") is { } text)
            File.WriteAllText(Path.Combine(place, "stop"), $"{text}\n");
        if (scenario.Copies > 1)
            File.WriteAllText(Path.Combine(place, "twice"), "");
    }

    private static (long Size, string Sha256) WriteInput(string path)
    {
        using (var archive = new TarWriter(File.Create(path)))
        {
            Add(archive, "a", "input a\n");
            Add(archive, "same", "12345678\n");
            Add(archive, "kept", "kept\n");
            Add(archive, "gone", "gone\n");
            archive.WriteEntry(new GnuTarEntry(TarEntryType.Directory, "sub/") { Mode = (UnixFileMode)0b111_101_101 });
            Add(archive, "sub/b", "input b\n");
            Add(archive, "ü 漢", "odd\n");
            Add(archive, "run-me", "#!/bin/sh\necho ran\n", (UnixFileMode)0b111_101_101);
            archive.WriteEntry(new GnuTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = "a" });
        }

        byte[] bytes = File.ReadAllBytes(path);
        return (bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private static void Add(TarWriter archive, string name, string text, UnixFileMode mode = (UnixFileMode)0b110_100_100) =>
        archive.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, name)
        {
            Mode = mode,
            ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1_600_000_000),
            DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)),
        });

    private static void CopyStandIns(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "StandIns")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            File.SetUnixFileMode(Path.Combine(folder, Path.GetFileName(file)), (UnixFileMode)0b111_101_101);
        }
    }
}
