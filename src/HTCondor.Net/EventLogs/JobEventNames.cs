namespace HTCondor.Net.EventLogs;

/// <summary>Names of HTCondor's events by their numbers (src/condor_utils/condor_event.h).</summary>
public static class JobEventNames
{
    private static readonly string[] Names =
    [
        "Submit", "Execute", "ExecutableError", "Checkpointed", "JobEvicted", "JobTerminated", "ImageSize", "ShadowException", "Generic",
        "JobAborted", "JobSuspended", "JobUnsuspended", "JobHeld", "JobReleased", "NodeExecute", "NodeTerminated", "PostScriptTerminated",
        "GlobusSubmit", "GlobusSubmitFailed", "GlobusResourceUp", "GlobusResourceDown", "RemoteError", "JobDisconnected", "JobReconnected",
        "JobReconnectFailed", "GridResourceUp", "GridResourceDown", "GridSubmit", "JobAdInformation", "JobStatusUnknown", "JobStatusKnown",
        "JobStageIn", "JobStageOut", "AttributeUpdate", "PreSkip", "ClusterSubmit", "ClusterRemove", "FactoryPaused", "FactoryResumed",
        "None", "FileTransfer", "ReserveSpace", "ReleaseSpace", "FileComplete", "FileUsed", "FileRemoved", "DataflowJobSkipped",
        "CommonFiles",
    ];

    /// <summary>How many types this library knows, numbered from 0.</summary>
    public static int Count => Names.Length;

    /// <summary>The type's name; <c>Event123</c> for one that this library does not know.</summary>
    public static string Of(int number) => number >= 0 && number < Names.Length ? Names[number] : $"Event{number}";
}
