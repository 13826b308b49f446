using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Options;

namespace Scailfin.JobManagers.Kubernetes.Tests.Options;

public sealed class KubernetesOptionsTests
{
    private static readonly KubernetesOptions Reana = new()
    {
        Defaults = new KubernetesResources { MemoryLimit = "4Gi" },
        MinimumUid = 500,
    };

    [Fact]
    public void What_is_not_written_is_reanas()
    {
        var options = new BackendOptions("cloud", new Dictionary<string, object>());
        Assert.Equal(Reana, KubernetesOptions.Read(options, Reana));
        Assert.Empty(options.Problems);
    }

    [Fact]
    public void What_is_written_wins()
    {
        var options = new BackendOptions(
            "cloud",
            new Dictionary<string, object> { ["memory_limit"] = "8Gi", ["max_cpu_limit"] = "4", ["min_uid"] = "0", ["gid"] = "5" });
        KubernetesOptions read = KubernetesOptions.Read(options, Reana);
        Assert.Equal(
            ("8Gi", "4", 0, 1000, 5), (read.Defaults.MemoryLimit, read.Maxima.CpuLimit, read.MinimumUid, read.DefaultUid, read.DefaultGid));
        Assert.Empty(options.Problems);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said()
    {
        var options = new BackendOptions(
            "cloud", new Dictionary<string, object> { ["cpu_limit"] = "1.5m", ["uid"] = "root", ["memory"] = "1Gi" });
        KubernetesOptions.Read(options, Reana);
        Assert.Equal(3, options.Problems.Count);
        Assert.All(options.Problems, problem => Assert.StartsWith("backend 'cloud': ", problem, StringComparison.Ordinal));
    }
}
