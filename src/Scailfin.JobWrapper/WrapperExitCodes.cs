namespace Scailfin.JobWrapper;

/// <summary>
/// The wrapper's own exit codes. A step may end with any of them too: the receipt says which phase failed, the bare code does not.
/// 127 and 210 mean what they meant in 2019 (spec/scailfin-2019.md).
/// </summary>
public static class WrapperExitCodes
{
    /// <summary>
    /// There is no container runtime on the node, not even through modules, or none that can run this image; or the launcher is missing.
    /// </summary>
    public const int NoRuntime = 127;

    /// <summary>There is no tool on the node that reaches HTCondor's I/O proxy.</summary>
    public const int NoStagingTool = 210;

    /// <summary>The workspace did not arrive: unreadable archive, full disk, a transfer that failed or hung.</summary>
    public const int StageIn = 211;

    /// <summary>The image does not exist, or its registry did not give it in the tries that the site allows.</summary>
    public const int Image = 212;

    /// <summary>Another wrapper has the claim of this attempt; nothing was touched.</summary>
    public const int SecondCopy = 213;

    /// <summary>The workspace cannot be entered.</summary>
    public const int Workspace = 214;

    /// <summary>The runtime or the launcher ended before the step's shell began.</summary>
    public const int Runtime = 215;

    /// <summary>The step ended with 0, but what it made could not be brought out. A step's own failure keeps its code.</summary>
    public const int StageOut = 216;

    /// <summary>The directory of the attempt or the scratch directory cannot be written.</summary>
    public const int Directory = 217;

    /// <summary>The script was cut on its way to the node: lines are missing. Nothing was run, and there is no receipt.</summary>
    public const int NotWhole = 218;

    /// <summary>Asked to stop, or out of time, before the step began.</summary>
    public const int Stopped = 143;
}
