using System.Text;
using System.Text.Json;

namespace Scailfin.JobController.JobCache;

/// <summary>The digest of a job's parameters (contract C.14).</summary>
internal static class JobParameters
{
    /// <summary>MD5 over the job's specification without its workspace, and the workflow's.</summary>
    public static string Digest(JsonElement jobSpec, JsonElement workflow)
    {
        var text = new StringBuilder();
        JobCacheJson.Append(text, jobSpec, without: "workflow_workspace");
        JobCacheJson.Append(text, workflow);
        return UpstreamDigest.OfText(text.ToString());
    }
}
