using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Tests.Submitting;

/// <summary>From an attempt to one Job, whatever happens to the answer.</summary>
public sealed class SubmissionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_create_whose_answer_was_lost_is_found_and_is_one_job()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager manager = bench.NewManager();
        bench.Server.Faults.LoseAnswer(IsCreate);
        Attempt attempt = Specs.NewAttempt(KubernetesBench.Spec());
        Assert.IsType<Submission.Unknown>(await manager.SubmitAsync(attempt, Cancellation));
        Assert.IsType<Finding.Found>(Assert.Single(await manager.FindAsync([attempt], Cancellation)));
        Assert.IsType<Submission.Accepted>(await manager.SubmitAsync(attempt, Cancellation));
        Assert.Equal(EndClass.Succeeded, (await KubernetesBench.EndAsync(manager, attempt)).Class);
        Assert.Equal(1, bench.PodsOf(attempt));
    }

    [Fact]
    public async Task A_create_that_was_lost_on_its_way_is_certainly_not_there()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager manager = bench.NewManager();
        bench.Server.Faults.LoseRequest(IsCreate);
        Attempt attempt = Specs.NewAttempt(KubernetesBench.Spec());
        Assert.IsType<Submission.Unknown>(await manager.SubmitAsync(attempt, Cancellation));
        Assert.IsType<Finding.CertainlyNot>(Assert.Single(await manager.FindAsync([attempt], Cancellation)));
        Assert.IsType<Submission.Accepted>(await manager.SubmitAsync(attempt, Cancellation));
        Assert.Equal(EndClass.Succeeded, (await KubernetesBench.EndAsync(manager, attempt)).Class);
    }

    [Fact]
    public async Task The_name_of_somebody_elses_job_is_not_taken_for_ours()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        Attempt attempt = Specs.NewAttempt(KubernetesBench.Spec());
        KubernetesOptions options = bench.Options;
        bench.Options = options with { NamingScheme = "{prefix}-{component_type}-fixed-{id}", ComponentPrefix = "reana" };
        await bench.SubmitAsync(bench.NewManager(), KubernetesBench.Spec());
        bench.Options = options;

        // The other job gets the name that this attempt would get.
        Attempt other = Specs.NewAttempt(KubernetesBench.Spec());
        bench.Options = options with { NamingScheme = "{component_type}" + $"-{attempt.JobId}" + "{prefix}", ComponentPrefix = "x" };
        Assert.IsType<Submission.Accepted>(await bench.NewManager().SubmitAsync(other, Cancellation));
        bench.Options = options with { NamingScheme = "{component_type}" + $"-{attempt.JobId}" + "{prefix}", ComponentPrefix = "x" };
        var rejected = Assert.IsType<Submission.Rejected>(await bench.NewManager().SubmitAsync(attempt, Cancellation));
        Assert.Contains("not this service's", rejected.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_told_as_upstream_tells_it()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        var rejected = Assert.IsType<Submission.Rejected>(
            await bench.NewManager().SubmitAsync(Specs.NewAttempt(KubernetesBench.Spec() with { DockerImage = "" }), Cancellation));
        Assert.StartsWith(
            "(422)\nReason: Unprocessable Entity\nHTTP response headers: HTTPHeaderDict({", rejected.Reason, StringComparison.Ordinal);
        Assert.Contains("\nHTTP response body: {\"kind\":\"Status\"", rejected.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_too_busy_defers_the_submission_for_as_long_as_it_says()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.Server.Faults.Throttle(IsCreate);
        KubernetesJobManager manager = bench.NewManager();
        Attempt attempt = Specs.NewAttempt(KubernetesBench.Spec());
        var deferred = Assert.IsType<Submission.Deferred>(await manager.SubmitAsync(attempt, Cancellation));
        Assert.True(deferred.After > TimeSpan.Zero);
        Assert.IsType<Submission.Accepted>(await manager.SubmitAsync(attempt, Cancellation));
        Assert.Equal(EndClass.Succeeded, (await KubernetesBench.EndAsync(manager, attempt)).Class);
        Assert.Equal(2, bench.Server.Requests.Count("create", "jobs"));
    }

    [Fact]
    public async Task A_server_that_is_away_takes_nothing_and_says_so()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        await bench.Server.GoAwayAsync();
        await Assert.ThrowsAsync<JobManagerUnavailableException>(() => bench.NewManager().SubmitAsync(
            Specs.NewAttempt(KubernetesBench.Spec()), Cancellation));
    }

    [Fact]
    public async Task A_user_without_secrets_gets_an_empty_Secret_once()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.Options = bench.Options with { UserId = "00000000-0000-0000-0000-000000000000" };
        KubernetesJobManager manager = bench.NewManager();
        await bench.SubmitAsync(manager);
        await bench.SubmitAsync(manager);
        Assert.Equal((1, 1), (bench.Server.Requests.Count("get", "secrets"), bench.Server.Requests.Count("create", "secrets")));
        Assert.NotNull(bench.Server.Store.Find(ResourceType.Secrets, "default", "reana-secretsstore-00000000-0000-0000-0000-000000000000"));
    }

    [Theory]
    [InlineData("", "'CERN_KEYTAB', 'CERN_USER'")]
    [InlineData("CERN_KEYTAB", "'CERN_USER'")]
    [InlineData("CERN_USER", "'CERN_KEYTAB'")]
    public async Task Kerberos_without_its_secrets_is_refused_in_upstreams_words_with_all_that_are_missing(string present, string missing)
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.Options = bench.Options with { UserId = "00000000-0000-0000-0000-000000000000" };
        if (present.Length > 0)
            await bench.CreateSecretAsync("reana-secretsstore-00000000-0000-0000-0000-000000000000", present);
        JobSpec spec = KubernetesBench.Spec() with { BackendFields = new BackendFields { { "kerberos", true } } };
        var rejected = Assert.IsType<Submission.Rejected>(await bench.NewManager().SubmitAsync(Specs.NewAttempt(spec), Cancellation));
        Assert.Equal($"Operation cancelled. Secrets [{missing}] do not exist.", rejected.Reason);
    }

    [Fact]
    public async Task Attempts_have_names_that_follow_from_job_and_number()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager manager = bench.NewManager();
        var job = new JobId(Guid.Parse("5f0c7a52-6b1e-4a51-9f57-3c1d8a9b0e21"));
        string[] names = await Task.WhenAll(Enumerable.Range(1, 3).Select(async number =>
            Assert.IsType<Submission.Accepted>(
                await manager.SubmitAsync(new Attempt(job, number, KubernetesBench.Spec()), Cancellation)).Handle.Id));
        Assert.Equal($"reana-run-job-{job}", names[0]);
        Assert.Equal(3, names.Distinct().Count());
        Assert.Equal($"reana-run-job-{NameBasedUuid.Of(job.Value, "2"):D}", names[1]);
    }

    [Fact]
    public async Task A_job_costs_one_create_one_log_and_one_delete()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager manager = bench.NewManager();
        const int Jobs = 20;
        Attempt[] attempts = await Task.WhenAll(Enumerable.Range(0, Jobs).Select(_ => bench.SubmitAsync(manager)));
        foreach (Attempt attempt in attempts)
        {
            await KubernetesBench.EndAsync(manager, attempt);
            await manager.CollectAsync(attempt, end: null, Cancellation);
            await manager.ReleaseAsync(attempt, Cancellation);
        }

        IEnumerable<ApiRequest> others = bench.Server.Requests.All.Where(request => request.Verb is not ("list" or "watch"));
        (string, string, int)[] counted =
        [
            .. others.GroupBy(request => (request.Verb, request.Resource))
                .Select(group => (group.Key.Verb, group.Key.Resource, group.Count()))
                .Order(),
        ];
        Assert.Equal<IEnumerable<(string, string, int)>>(
            [("create", "jobs", Jobs), ("delete", "jobs", Jobs), ("get", "pods/log", Jobs)], counted);
    }

    private static bool IsCreate(ApiRequest request) => request is { Verb: "create", Resource: "jobs" };
}
