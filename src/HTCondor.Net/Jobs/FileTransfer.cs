namespace HTCondor.Net.Jobs;

/// <summary>Whether HTCondor carries the job's files.</summary>
public enum FileTransfer
{
    /// <summary>Always.</summary>
    Yes,

    /// <summary>Never: the machines share a file system.</summary>
    No,

    /// <summary>Unless submit machine and slot say that they share a file system.</summary>
    IfNeeded,
}

/// <summary>The condition under which output files are transferred back.</summary>
public enum OutputTransfer
{
    /// <summary>Transferred when the job ended by itself.</summary>
    OnExit,

    /// <summary>Also when it was evicted; the files are then kept in the spool.</summary>
    OnExitOrEvict,

    /// <summary>Transferred only when the job ended with exit code 0.</summary>
    OnSuccess,
}
