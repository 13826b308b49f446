namespace Scailfin.Testing.Containers;

/// <summary>What goes wrong at a site.</summary>
public sealed partial class HpcContainer
{
    private const string Spool = "/var/spool/condor";

    /// <summary>Ends a daemon of the pool and waits until the master's new one answers.</summary>
    /// <param name="daemon">schedd, startd, collector or negotiator; or master, for the whole pool.</param>
    /// <param name="how">Gently (its running jobs are taken from it), fast, or killed without a word.</param>
    public async Task RestartDaemonAsync(string daemon, DaemonEnd how) =>
        await ServiceAsync("site-condor", "restart", daemon, how switch
        {
            DaemonEnd.Graceful => "TERM",
            DaemonEnd.Fast => "QUIT",
            _ => "KILL",
        });

    /// <summary>The daemon stands still and answers nobody; its connections stay open.</summary>
    public async Task FreezeAsync(string daemon) => (await ExecAsync("root", "site-condor", "signal", daemon, "STOP")).OutputOfSuccess();

    /// <summary>It goes on.</summary>
    public async Task ThawAsync(string daemon) => (await ExecAsync("root", "site-condor", "signal", daemon, "CONT")).OutputOfSuccess();

    /// <summary>
    /// Ends the whole pool, fast, and waits for the end; <see cref="StartPoolAsync"/> starts it again with the same queue.
    /// </summary>
    public async Task StopPoolAsync()
    {
        await ServiceAsync("site-condor", "stop");
        _started.Remove("site-condor");
    }

    /// <summary>Fills the disk under SPOOL to its last byte. Only with <see cref="HpcOptions.SpoolMegabytes"/>.</summary>
    public async Task FillSpoolAsync()
    {
        if (Options.SpoolMegabytes is null)
            throw new InvalidOperationException($"{nameof(HpcOptions.SpoolMegabytes)} is not set: this would fill the host's disk.");
        CommandResult result = await ExecAsync("root", "dd", "if=/dev/zero", $"of={Spool}/filler", "bs=4096");
        if (!result.Error.Contains("No space left", StringComparison.Ordinal))
            throw new InvalidOperationException($"The disk did not fill: {result.Error}");
    }

    /// <summary>Makes room again.</summary>
    public async Task EmptySpoolAsync() => (await ExecAsync("root", "rm", "-f", $"{Spool}/filler")).OutputOfSuccess();

    /// <summary>
    /// Replaces the lines of <see cref="HpcOptions.CondorConfiguration"/>; running daemons read them at once, some settings only at start.
    /// </summary>
    public async Task ConfigureCondorAsync(string lines)
    {
        (await ExecAsync("root", ["tee", "/etc/condor/config.d/90-test.config"], lines + "\n")).OutputOfSuccess();
        if (_started.Contains("site-condor"))
            (await ExecAsync("root", "condor_reconfig")).OutputOfSuccess();
    }
}

/// <summary>How a daemon ends.</summary>
public enum DaemonEnd
{
    /// <summary>SIGTERM.</summary>
    Graceful,

    /// <summary>SIGQUIT.</summary>
    Fast,

    /// <summary>SIGKILL.</summary>
    Kill,
}
