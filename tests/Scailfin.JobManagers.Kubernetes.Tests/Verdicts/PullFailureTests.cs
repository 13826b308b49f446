using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Verdicts;
using Scailfin.Testing.Kubernetes.Controllers;

namespace Scailfin.JobManagers.Kubernetes.Tests.Verdicts;

/// <summary>Which failed image pulls are final. Each message is a recording, or what the named source code or report prints.</summary>
public sealed class PullFailureTests
{
    private const string Pull = "failed to pull and unpack image \"registry.invalid/cms/forbidden-decays:1\": ";
    private const string Resolve = Pull + "failed to resolve reference \"registry.invalid/cms/forbidden-decays:1\": ";
    private const string Head = Resolve + "unexpected status from HEAD request to https://registry.invalid/v2/cms/x/manifests/1: ";
    private const string Token = Resolve + "failed to authorize: failed to fetch anonymous token: ";
    private const string TokenStatus =
        Token + "unexpected status from GET request to https://auth.invalid/token?scope=repository%3Acms%2Fx%3Apull: ";

    private const string Podman = "https://github.com/containers/image/tree/main/docker";
    private const string Images = "https://github.com/containerd/containerd/blob/main/core/images/image.go";
    private const string Resolver = "https://github.com/containerd/containerd/blob/main/core/remotes/docker/resolver.go";
    private const string Statuses = "https://github.com/containerd/containerd/blob/main/core/remotes/docker/errors/errors.go";

    /// <summary>The message, and where it is from.</summary>
    public static TheoryData<string, string> Transient => new()
    {
        {
            "failed to pull and unpack image \"127.0.0.1:5999/reana/none:1\": failed to resolve image: failed to do request: "
                + "Head \"https://127.0.0.1:5999/v2/reana/none/manifests/1\": dial tcp 127.0.0.1:5999: connect: connection refused",
            "the recording err-image-pull"
        },
        {
            Resolve + "failed to do request: Head \"https://registry.invalid/v2/cms/forbidden-decays/manifests/1\": "
                + "dial tcp: lookup registry.invalid on 127.0.0.53:53: no such host",
            Resolver
        },
        {
            "Back-off pulling image \"registry.invalid/not/found:1\": ErrImagePull: " + Resolve + "failed to do request: "
                + "Head \"https://registry.invalid/v2/\": dial tcp: lookup denied.invalid: no such host",
            "https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/images/image_manager.go"
        },
        { Head + "503 Service Unavailable", Statuses },
        { Head + "503 Service Unavailable: upstream host not found in cache", "a caching proxy" },
        { Head + "502 Bad Gateway - Server message: denied: manifest unknown: not found", Statuses },
        { Head + "429 Too Many Requests - Server message: toomanyrequests: unauthorized: see the terms", Statuses },
        { TokenStatus + "503 Service Unavailable", Statuses },
        { Token + "Get \"https://auth.invalid/token\": net/http: TLS handshake timeout", "Go's net/url.Error" },
        {
            "rpc error: code = DeadlineExceeded desc = " + Resolve + "pull access denied, repository does not exist or may require "
                + "authorization: authorization failed",
            "https://grpc.io/docs/guides/status-codes/"
        },
        {
            "rpc error: code = Unknown desc = " + Resolve + "failed to do request: Head \"https://x\": read tcp 10.2.0.49:50840->"
                + "3.91.167.191:443: read: connection reset by peer",
            Resolver
        },
        {
            "rpc error: code = NotFound desc = " + Pull + "failed to extract layer sha256:00: failed to get reader from content store: "
                + "content digest sha256:00: not found",
            "https://github.com/containerd/containerd/blob/main/core/diff/apply/apply.go"
        },
        { Pull + "failed to copy: httpReadSeeker: failed open: content at https://cdn.invalid/x not found: not found", Resolver },
        { Pull + "failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https://c: 403 Forbidden", Statuses },
        {
            "Error reading manifest v3.20.0 in docker.io/calico/kube-controllers: toomanyrequests: You have reached your pull rate limit.",
            "https://github.com/cri-o/cri-o/issues/5282"
        },
        {
            "initializing source docker://denied.invalid/unauthorized:1: pinging container registry denied.invalid: "
                + "Get \"https://denied.invalid/v2/\": dial tcp: lookup denied.invalid: no such host",
            "https://github.com/containers/image/blob/main/docker/docker_client.go"
        },
        {
            "reading manifest 1 in x.invalid/y: received unexpected HTTP status: 503 Service Unavailable",
            "https://github.com/maguowei/k8s-docker-desktop-for-mac/issues/6"
        },
        { "fetching blob: invalid status code from registry 504 (Gateway Timeout)", Podman },
        { "pinging container registry x: StatusCode: 503, \"<html>not found</html>\"", Podman },
        { "image pull failed for denied/unauthorized because the registry is unavailable.", "kubelet, image_manager.go" },
        { "Back-off pulling image \"docker.io/library/denied:1\"", "older kubelets, image_manager.go" },
        { "words that nobody has seen yet, denied, forbidden, not found", "nobody" },
        { "", "nobody" },
    };

    public static TheoryData<string, string> Final => new()
    {
        { Resolve + "registry.invalid/cms/forbidden-decays:1: not found", Resolver },
        { "failed to pull and unpack image \"x\": failed to resolve image: docker.io/library/x:1: not found", Resolver },
        { "rpc error: code = NotFound desc = " + Resolve + "registry.invalid/x:1: not found", Resolver },
        {
            Resolve + "pull access denied, repository does not exist or may require authorization: server message: "
                + "insufficient_scope: authorization failed",
            "https://github.com/containerd/containerd/pull/2052"
        },
        { "Back-off pulling image \"x\": ErrImagePull: " + Head + "404 Not Found", Statuses },
        { Head + "401 Unauthorized", Statuses },
        { Head + "403 Forbidden", "https://github.com/rancher-sandbox/rancher-desktop/issues/5064" },
        { TokenStatus + "401 Unauthorized", Statuses },
        { "rpc error: code = NotFound desc = " + Pull + "no match for platform in manifest: not found", Images },
        { Pull + "no match for platform in manifest sha256:00: not found", Images },
        {
            Pull + "not implemented: media type \"application/vnd.docker.distribution.manifest.v1+prettyjws\" is no longer supported "
                + "since containerd v2.0, please rebuild the image as \"a\" or \"b\"",
            Resolver
        },
        {
            "rpc error: code = Unknown desc = Error reading manifest latest in registry.mydomain/image: manifest unknown: manifest unknown",
            "https://github.com/cri-o/cri-o/issues/4388"
        },
        {
            "rpc error: code = Unknown desc = Error reading manifest latest in docker.io/crio/busybox: errors: denied: requested access "
                + "to the resource is denied unauthorized: authentication required",
            "https://github.com/cri-o/cri-o/issues/2331"
        },
        {
            "choosing image instance: no image found in image index for architecture \"arm64\", variant \"v8\", OS \"linux\"",
            "https://github.com/containers/image/blob/main/internal/manifest/oci_index.go"
        },
        {
            "rpc error: code = Unknown desc = Error response from daemon: pull access denied for rmeuser-auth, repository does not exist "
                + "or may require 'docker login'",
            "https://github.com/kubernetes/website/issues/14257"
        },
        { "Error response from daemon: manifest for x:1 not found: manifest unknown: manifest unknown", "dockerd, distribution/errors.go" },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Transient))]
    public void A_pull_that_may_succeed_later_is_not_final(string message, string source) =>
        Assert.False(PullFailure.IsFinal(message), source);

    [Theory]
    [MemberData(nameof(Final))]
    public void A_pull_that_no_later_try_can_mend_is_final(string message, string source) =>
        Assert.True(PullFailure.IsFinal(message), source);

    /// <summary>Whatever the image is called: its name decides nothing.</summary>
    [Theory]
    [InlineData("registry.invalid/cms/forbidden-decays:1")]
    [InlineData("denied")]
    [InlineData("unauthorized/not-found:manifest-unknown")]
    public void The_name_of_an_image_does_not_decide_about_its_pull(string image) => Assert.False(PullFailure.IsFinal(
        $"failed to pull and unpack image \"{image}\": failed to resolve reference \"{image}\": failed to do request: "
            + $"Head \"https://{image}\": dial tcp: lookup {image}: no such host"));

    [Fact]
    public async Task A_job_waits_while_the_registry_is_unavailable_and_says_why()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager manager = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(
            manager, life: PodLife.WaitsWith("ErrImagePull", Head + "503 Service Unavailable: upstream host not found in cache"));
        await bench.Server.SettledAsync();
        await Testing.Eventually.TrueAsync(
            async () => (await KubernetesBench.ObserveAsync(manager, attempt)).Reason.Contains(
                "503 Service Unavailable", StringComparison.Ordinal),
            "the reason is seen");
        Assert.Equal(ObservedPhase.Waiting, (await KubernetesBench.ObserveAsync(manager, attempt)).Phase);
        await manager.ReleaseAsync(attempt, Cancellation);
    }

    [Theory]
    [InlineData("Pod ephemeral local storage usage exceeds the total limit of containers 5Mi.", true)]
    [InlineData("Container job exceeded its local ephemeral storage limit \"5Mi\".", true)]
    [InlineData("Usage of EmptyDir volume \"krb5-cache\" exceeds the limit \"1Mi\".", true)]
    [InlineData("The node was low on resource: memory. Container job was using 5Mi.", false)]
    [InlineData("The node was low on resource: exceeds the total limit of containers 5Mi.", false)]
    public void An_eviction_is_the_steps_own_fault_by_the_kubelets_whole_message(string message, bool isOwn) =>
        Assert.Equal(isOwn, KubernetesStates.IsOwnLimit(message));
}
