namespace Scailfin.JobWrapper;

/// <summary>The files of one attempt, in the directory that the wrapper was rendered for.</summary>
public sealed class WrapperFiles(string directory)
{
    public string Directory { get; } = directory;

    /// <summary>The script, mode 0600.</summary>
    public string Script => Path.Combine(Directory, "wrapper.sh");

    /// <summary>Made by whoever runs the attempt; exists for ever once the attempt was begun or may not begin any more.</summary>
    public string Claim => Path.Combine(Directory, "claim");

    /// <summary>Process id and start time (clock ticks after boot) of the wrapper that has the claim.</summary>
    public string Owner => Path.Combine(Claim, "owner");

    /// <summary>When the step was started, in milliseconds since 1970; missing until then.</summary>
    public string Started => Path.Combine(Claim, "started");

    /// <summary>The main stream.</summary>
    public string Output => Path.Combine(Directory, "output");

    /// <summary>The wrapper's own complaints.</summary>
    public string Complaints => Path.Combine(Directory, "wrapper.log");

    /// <summary>The receipt; whole as soon as it exists.</summary>
    public string Receipt => Path.Combine(Directory, "receipt.json");
}
