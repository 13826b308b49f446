using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;

namespace HTCondor.Net.Tests.Schedds;

public abstract partial class ScheddTransportContract
{
    [Fact]
    public async Task Every_job_that_is_named_gets_a_result()
    {
        JobKey job = await Schedd.SubmitAsync(Held, cancellationToken: Cancelled);
        var missing = new JobKey(job.Cluster, 99);
        await ActAsync(JobAction.Release, [job, missing], JobActionOutcome.Done, JobActionOutcome.NotFound);
        await ActAsync(JobAction.Release, [job], JobActionOutcome.BadStatus);
        await ActAsync(JobAction.Hold, [job], JobActionOutcome.Done);
        await ActAsync(JobAction.Hold, [job], JobActionOutcome.AlreadyDone);
        await ActAsync(JobAction.Vacate, [job], JobActionOutcome.BadStatus);
        await ActAsync(JobAction.RemoveForced, [job], JobActionOutcome.BadStatus);
        await ActAsync(JobAction.Remove, [missing, job], JobActionOutcome.NotFound, JobActionOutcome.Done);
    }

    [Fact]
    public async Task A_job_of_somebody_else_is_left_alone()
    {
        await using Schedd other = OpenAs("bob");
        JobKey job = await Schedd.SubmitAsync(Held, cancellationToken: Cancelled);
        IReadOnlyList<JobActionResult> results = await other.RemoveAsync(JobSelection.Of(job), "not mine", cancellationToken: Cancelled);
        Assert.Equal(new JobActionResult(job, JobActionOutcome.PermissionDenied), Assert.Single(results));
        Assert.False((await ErrorAsync(other.EditAsync(
            JobSelection.Of(job), [new("Colour", ClassAdExpression.Of("red"))], cancellationToken: Cancelled))).Ambiguous);
        ClassAd ad = (await QueuedAsync(job))!;
        Assert.Equal(5, ad.Integer("JobStatus"));
        Assert.Null(ad["Colour"]);
    }

    [Fact]
    public async Task A_constraint_acts_on_the_jobs_that_it_matches_and_names_them()
    {
        SubmitResult cluster = await Schedd.SubmitAsync(
            [Held with { Priority = 1 }, Held with { Priority = 2 }, Held with { Priority = 1 }], cancellationToken: Cancelled);
        ClassAdExpression first = ClassAdExpression.Attribute("JobPrio").EqualTo(ClassAdExpression.Of(1));
        IReadOnlyList<JobActionResult> results = await Schedd.RemoveAsync(
            JobSelection.Where(Mine.And(first)), "some", cancellationToken: Cancelled);
        Assert.Equal(
            [
                new JobActionResult(new JobKey(cluster.Cluster, 0), JobActionOutcome.Done),
                new JobActionResult(new JobKey(cluster.Cluster, 2), JobActionOutcome.Done),
            ],
            results.OrderBy(result => result.Job.Proc));
        Assert.Equal(
            2, Assert.Single(await Schedd.QueryAsync(new JobQuery { Constraint = Mine }, cancellationToken: Cancelled)).Integer("JobPrio"));
        Assert.Empty(await Schedd.RemoveAsync(JobSelection.Where(Mine.And(first)), "none", cancellationToken: Cancelled));
    }

    [Fact]
    public async Task An_edit_sets_all_attributes_and_one_of_no_job_is_an_error()
    {
        SubmitResult cluster = await Schedd.SubmitAsync([Held, Held], cancellationToken: Cancelled);
        var job = new JobKey(cluster.Cluster, 1);
        await Schedd.EditAsync(
            JobSelection.Of(job),
            [new("JobPrio", ClassAdExpression.Of(-5)), new("Colour", ClassAdExpression.Of("a \"b\" = c; d"))],
            cancellationToken: Cancelled);
        ClassAd ad = (await QueuedAsync(job, "JobPrio", "Colour"))!;
        Assert.Equal(-5, ad.Integer("JobPrio"));
        Assert.Equal("a \"b\" = c; d", ad.Text("Colour"));
        Assert.Equal(0, (await QueuedAsync(new JobKey(cluster.Cluster, 0), "JobPrio"))!.Integer("JobPrio"));
        KeyValuePair<string, ClassAdExpression>[] edit = [new("JobPrio", ClassAdExpression.Of(1))];
        Assert.NotEmpty((await ErrorAsync(Schedd.EditAsync(
            JobSelection.Of(new JobKey(cluster.Cluster, 99)), edit, cancellationToken: Cancelled))).Text);
        Assert.NotEmpty((await ErrorAsync(Schedd.EditAsync(
            JobSelection.Where(Mine.And(ClassAdExpression.Of(value: false))), edit, cancellationToken: Cancelled))).Text);
        Assert.NotEmpty((await ErrorAsync(Schedd.EditAsync(
            JobSelection.Of(job), [new("Owner", ClassAdExpression.Of("bob"))], cancellationToken: Cancelled))).Text);
    }

    [Fact]
    public async Task A_running_job_can_be_vacated()
    {
        JobKey job = await Schedd.SubmitAsync(Shell("exec sleep 600"), cancellationToken: Cancelled);
        await StatusAsync(job, 2);
        Assert.Equal(
            new JobActionResult(job, JobActionOutcome.Done),
            Assert.Single(await Schedd.VacateAsync(JobSelection.Of(job), cancellationToken: Cancelled)));
        await Scailfin.Testing.Eventually.TrueAsync(
            async () => (await QueuedAsync(job, "NumShadowStarts"))?.Integer("NumShadowStarts") >= 2,
            "it was taken off its machine and started again");
    }

    [Fact]
    public async Task A_strange_job_of_somebody_else_hides_no_other()
    {
        JobKey job = await Schedd.SubmitAsync(Held, cancellationToken: Cancelled);
        string deep = new string('{', 120) + "1" + new string('}', 120);
        string submitted = (await Site.ExecAsync(
            "bob",
            "sh",
            "-ec",
            $"printf 'executable = /bin/true\ntransfer_executable = false\nhold = true\nMY.Bytes = \"x\\351y\"\nMY.Deep = {deep}\nqueue\n' "
                + "| condor_submit -terse -")).OutputOfSuccess();
        int cluster = int.Parse(submitted.Split('.')[0]);
        try
        {
            IReadOnlyList<ClassAd> ads = await Schedd.QueryAsync(new JobQuery(), cancellationToken: Cancelled);
            Assert.Contains(ads, ad => ad.Key == job);
            Assert.Equal("x\uFFFDy", ads.Single(ad => ad.Key == new JobKey(cluster, 0)).Text("Bytes"));
        }
        finally
        {
            await Site.ExecAsync("bob", "condor_rm", $"{cluster}");
        }
    }

    [Fact]
    public async Task Root_changes_nothing()
    {
        await using Schedd root = OpenAs("root");
        Assert.Contains("root", (await ErrorAsync(root.SubmitAsync(Held, cancellationToken: Cancelled))).Text, StringComparison.Ordinal);
        Assert.Empty(await Schedd.QueryAsync(new JobQuery { Constraint = Mine }, cancellationToken: Cancelled));
    }

    private async Task ActAsync(JobAction action, JobKey[] jobs, params JobActionOutcome[] expected)
    {
        IReadOnlyList<JobActionResult> results = await Schedd.ActAsync(
            action, JobSelection.Of(jobs), "a reason", cancellationToken: Cancelled);
        Assert.Equal(
            jobs.Zip(expected, (job, outcome) => new JobActionResult(job, outcome)).OrderBy(result => result.Job.Proc),
            results.OrderBy(result => result.Job.Proc));
    }
}
