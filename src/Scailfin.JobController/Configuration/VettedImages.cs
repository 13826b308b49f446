namespace Scailfin.JobController.Configuration;

/// <summary>Which images may be run: an exact comparison of names (contract A.3, step 4).</summary>
internal sealed record VettedImages(bool Enabled, IReadOnlySet<string> Allowed)
{
    /// <summary>Every image.</summary>
    public static VettedImages All { get; } = new(false, new HashSet<string>());

    public bool Allow(string image) => !Enabled || Allowed.Contains(image);
}
