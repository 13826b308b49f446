using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.JobManagers.Kubernetes.Requests;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Kubernetes.Tests.Requests;

public sealed class KubernetesSpecRulesTests
{
    private const string Advice =
        " If you are overriding the values, please check the default and maximum values for requests and limits with 'reana-client info' "
            + "command.";

    [Fact]
    public void A_job_that_asks_for_nothing_is_fine() => Assert.Empty(Problems([], new KubernetesOptions()));

    [Theory]
    [InlineData("kubernetes_cpu_request", "0m")]
    [InlineData("kubernetes_cpu_limit", "1.")]
    [InlineData("kubernetes_memory_request", "4g")]
    [InlineData("kubernetes_memory_limit", "")]
    public void A_wrong_format(string field, string value) =>
        Assert.Equal(
            [new SpecProblem(field, $"The \"{field}\" requested {value} has wrong format.")],
            Problems(new BackendFields { { field, value } }));

    [Theory]
    [InlineData("kubernetes_cpu_request", "1001m", "1")]
    [InlineData("kubernetes_cpu_limit", "2.5", "2400m")]
    [InlineData("kubernetes_memory_request", "1025Mi", "1Gi")]
    [InlineData("kubernetes_memory_limit", "1Gi", "1G")]
    public void More_than_the_site_allows(string field, string value, string maximum)
    {
        var options = new KubernetesOptions
        {
            Maxima = new KubernetesResources { CpuRequest = maximum, CpuLimit = maximum, MemoryRequest = maximum, MemoryLimit = maximum },
        };
        Assert.Equal(
            [new SpecProblem(field, $"The \"{field}\" requested ({value}) exceeds the limit ({maximum}).", Forbidden: true)],
            Problems(new BackendFields { { field, value } }, options));
        Assert.Empty(Problems(new BackendFields { { field, maximum } }, options));
    }

    [Fact]
    public void A_default_is_not_compared_with_the_maximum() => Assert.Empty(Problems([], new KubernetesOptions
    {
        Defaults = new KubernetesResources { MemoryLimit = "8Gi" },
        Maxima = new KubernetesResources { MemoryLimit = "4Gi" },
    }));

    [Fact]
    public void A_request_above_its_limit() => Assert.Equal(
        [
            new SpecProblem(
                "kubernetes_cpu_request", "ERROR: CPU request (2) cannot be greater than limit (1500m)." + Advice, Forbidden: true),
            new SpecProblem(
                "kubernetes_memory_request", "ERROR: Memory request (2Gi) cannot be greater than limit (1Gi)." + Advice, Forbidden: true),
        ],
        Problems(new BackendFields
        {
            { "kubernetes_cpu_request", "2" }, { "kubernetes_cpu_limit", "1500m" }, { "kubernetes_memory_request", "2Gi" },
            { "kubernetes_memory_limit", "1Gi" },
        }));

    [Fact]
    public void A_limit_below_the_sites_default_request() => Assert.Equal(
        [
            new SpecProblem(
                "kubernetes_memory_limit", "ERROR: Memory request (4Gi) cannot be greater than limit (1Gi)." + Advice, Forbidden: true),
        ],
        Problems(
            new BackendFields { { "kubernetes_memory_limit", "1Gi" } },
            new KubernetesOptions { Defaults = new KubernetesResources { MemoryRequest = "4Gi" } }));

    [Fact]
    public void A_default_that_only_kubernetes_knows_is_compared_with_nothing() => Assert.Empty(Problems(
        new BackendFields { { "kubernetes_memory_limit", "1Gi" } },
        new KubernetesOptions { Defaults = new KubernetesResources { MemoryRequest = "4000000k" } }));

    [Theory]
    [InlineData(99, 100, true)]
    [InlineData(0, 100, true)]
    [InlineData(-1, 0, true)]
    [InlineData(100, 100, false)]
    [InlineData(0, 0, false)]
    [InlineData(1000, 100, false)]
    public void A_user_id_below_the_minimum(long uid, int minimum, bool refused)
    {
        SpecProblem expected = new(
            "kubernetes_uid",
            $"The \"kubernetes_uid\" requested ({uid}) is below the cluster-configured minimum ({minimum}).",
            Forbidden: true);
        Assert.Equal(
            refused ? [expected] : [],
            Problems(new BackendFields { { "kubernetes_uid", uid } }, new KubernetesOptions { MinimumUid = minimum }));
    }

    [Fact]
    public void The_default_user_id_is_not_compared_with_the_minimum() =>
        Assert.Empty(Problems([], new KubernetesOptions { MinimumUid = 2000, DefaultUid = 1000 }));

    [Fact]
    public void Problems_are_in_the_contracts_order() => Assert.Equal(
        [
            "kubernetes_uid", "kubernetes_cpu_request", "kubernetes_cpu_limit", "kubernetes_memory_request", "kubernetes_memory_limit",
            "cvmfs_mounts",
        ],
        KubernetesSpecRules.Problems(
            Spec(new BackendFields
            {
                { "kubernetes_memory_limit", "x" }, { "kubernetes_memory_request", "x" }, { "kubernetes_cpu_limit", "x" },
                { "kubernetes_cpu_request", "x" }, { "kubernetes_uid", 1 },
            }) with
            { CvmfsMounts = "x" },
            new KubernetesOptions()).Select(problem => problem.Field));

    [Fact]
    public void Bad_repositories_are_named()
    {
        SpecProblem problem =
            Assert.Single(KubernetesSpecRules.Problems(Spec([]) with { CvmfsMounts = "['../etc']" }, new KubernetesOptions()));
        Assert.Equal(("cvmfs_mounts", false), (problem.Field, problem.Forbidden));
        Assert.Contains("['../etc']", problem.Message, StringComparison.Ordinal);
    }

    /// <summary>What the kubelet would leave waiting as InvalidImageName after the 201.</summary>
    [Theory]
    [InlineData("docker.io/Library/UPPER:1", "must have a repository name in lower case, not 'Library/UPPER'.")]
    [InlineData("Busybox", "must have a repository name in lower case, not 'Busybox'.")]
    [InlineData("/cvmfs/unpacked.cern.ch/registry.hub.docker.com/library/busybox:1", "must name an image of a registry")]
    [InlineData("docker://busybox", "must name an image of a registry without a scheme")]
    [InlineData("a//b", "must have the form [registry[:port]/]repository[:tag][@digest]")]
    [InlineData("a/b/", "must have the form")]
    [InlineData("busybox:", "must have the form")]
    [InlineData("a_-b", "must have the form")]
    [InlineData("aa/asdf$$^/aa", "must have the form")]
    [InlineData("[2001:db8::1]:5000", "must have the form")]
    [InlineData("repo@sha256:ffffffffffffffffffffffffffffffffff", "must have a sha256 digest of 64 digits")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "must not be 64 hexadecimal digits")]
    [InlineData(" busybox", "must not contain white space.")]
    [InlineData("busybox:1\n", "must not contain white space.")]
    [InlineData("", "must name an image.")]
    public void An_image_that_no_kubelet_takes_is_refused_with_the_rule(string image, string rule)
    {
        SpecProblem problem = Assert.Single(KubernetesSpecRules.Problems(Spec([]) with { DockerImage = image }, new KubernetesOptions()));
        Assert.Equal(("docker_img", false), (problem.Field, problem.Forbidden));
        Assert.StartsWith($"The \"docker_img\" requested '{image}' {rule}", problem.Message, StringComparison.Ordinal);
    }

    /// <summary>https://github.com/distribution/reference/blob/main/reference_test.go: upstream would have run them.</summary>
    [Theory]
    [InlineData("busybox")]
    [InlineData("test_com")]
    [InlineData("test.com:5000")]
    [InlineData("test:5000/repo:Tag_1.x")]
    [InlineData("Uppercase/lowercase:tag")]
    [InlineData("localhost/x")]
    [InlineData("foo_bar.com/x:8080")]
    [InlineData("a__b/c---d/e.f")]
    [InlineData("xn--n3h.com/myimage:xn--n3h.com")]
    [InlineData("[2001:db8::1]:5000/repo:tag")]
    [InlineData("test:5000/repo:tag@sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("repo@sha256+b64u.x:ffffffffffffffffffffffffffffffff")]
    public void An_image_that_a_kubelet_takes_is_not_refused(string image) =>
        Assert.Empty(KubernetesSpecRules.Problems(Spec([]) with { DockerImage = image }, new KubernetesOptions()));

    private static IReadOnlyList<SpecProblem> Problems(BackendFields fields, KubernetesOptions? options = null) =>
        KubernetesSpecRules.Problems(Spec(fields), options ?? new KubernetesOptions());

    private static JobSpec Spec(BackendFields fields) => Specs.Valid(backend: "kubernetes") with { BackendFields = fields };
}
