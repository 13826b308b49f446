using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.Site;

/// <summary>The smallest image there is, as a folder ("box") and as an image file ("box.sif"), made without a network.</summary>
internal static class ContainerImages
{
    /// <summary>The folder that holds both.</summary>
    public static async Task<string> MakeAsync(HpcContainer site)
    {
        (await site.ExecAsync("root", "site-images", "/var/lib/scailfin-images")).OutputOfSuccess();
        return "/var/lib/scailfin-images";
    }
}
