using Scailfin.Core.JobManagers;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobManagers.Local;

/// <summary>Options of a backend of kind <c>local</c>.</summary>
internal sealed record LocalOptions
{
    /// <summary>Jobs at once; by default as many as there are processors.</summary>
    public int InFlight { get; init; } = Environment.ProcessorCount;

    /// <summary>The site profile of the wrapper.</summary>
    public SiteProfile Profile { get; init; } = new();

    /// <summary>Reads the options; every problem is reported to <paramref name="options"/>.</summary>
    public static LocalOptions Read(BackendOptions options, string defaultImages) => new()
    {
        InFlight = options.Integer("in_flight", Environment.ProcessorCount, minimum: 1, maximum: 10_000),
        Profile = SiteProfile.Read(options, new SiteProfile { ImageDirectories = [defaultImages] }),
    };
}
