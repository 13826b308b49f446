using CsCheck;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Jobs;
using HTCondor.Net.Schedds;
using HTCondor.Net.Tests.ClassAds;

namespace HTCondor.Net.Tests.Schedds;

public abstract partial class ScheddTransportContract
{
    private static readonly string[] Known =
    [
        "\"", "\\", "\\\"", "a\\", "\" || true || \"", "]", "]; Owner = \"root\"; [", "; JobUniverse = 7", "$(HOME)", "$ENV(HOME)", "a$b",
        "$$", "a, b", "#x", "queue 5", "\t", " lead and trail ", "'", "''", "{", "é漢😀", "\u0001\u007f", "@=end", "MY.Owner = \"bob\"",
        "-name", "%d%s%n", "/Expr(1)/",
    ];

    /// <summary>Each in many fields at once; the other attributes are compared with those of a job that has plain text there.</summary>
    [Fact]
    public async Task Hostile_text_arrives_as_text_and_changes_nothing_else()
    {
        string[] texts = [.. Known, .. Some(Expressions.Texts.Where(text => Carried(text)), 60)];
        JobDescription[] jobs = [.. texts.Prepend("plain").Select(With)];
        Assert.All(jobs, job => Assert.Empty(job.Validate()));
        SubmitResult result = await Schedd.SubmitAsync(jobs, cancellationToken: Cancelled);
        ClassAd[] ads =
        [
            .. (await Schedd.QueryAsync(new JobQuery { Constraint = Mine }, cancellationToken: Cancelled))
                .OrderBy(ad => ad.Key!.Value.Proc),
        ];
        Assert.Equal(texts.Length + 1, ads.Length);
        Assert.All(ads, ad => Assert.Equal(result.Cluster, ad.Key!.Value.Cluster));
        for (int at = 0; at < texts.Length; at++)
            Same(jobs[at + 1], texts[at], ads[at + 1], ads[0]);
    }

    [Theory]
    [InlineData("$$(Memory)")]
    [InlineData("$$([1+1])")]
    [InlineData("$$$(X)")]
    [InlineData("$(X)$$$ENV(HOME)$")]
    public async Task What_a_transport_cannot_carry_is_refused_by_its_name(string text)
    {
        try
        {
            JobKey job = await Schedd.SubmitAsync(
                Held with { Extra = Marked("Odd", ClassAdExpression.Of(text)) }, cancellationToken: Cancelled);
            Assert.Equal(text, (await QueuedAsync(job, "Odd"))!.Text("Odd"));
        }
        catch (HTCondorException refused)
        {
            Assert.Contains("Odd", refused.Error.Text, StringComparison.Ordinal);
            Assert.False(refused.Error.Ambiguous);
            Assert.Empty(await Schedd.QueryAsync(new JobQuery { Constraint = Mine }, cancellationToken: Cancelled));
        }
    }

    [Fact]
    public async Task A_line_break_and_a_NUL_are_refused_everywhere()
    {
        Assert.Throws<JobDescriptionException>(() => (Held with { Description = "a\nb" }).ToSubmitRequest());
        Assert.Throws<JobDescriptionException>(() => (Held with { Arguments = ["a\0b"] }).ToSubmitRequest());
        ClassAdExpression broken = ClassAdExpression.Of("a\nb");
        JobKey job = await Schedd.SubmitAsync(Held, cancellationToken: Cancelled);
        Assert.Equal(
            "CLIENT",
            (await ErrorAsync(Schedd.EditAsync(JobSelection.Of(job), [new("Odd", broken)], cancellationToken: Cancelled))).Subsystem);
        Assert.Equal(
            "CLIENT", (await ErrorAsync(Schedd.QueryAsync(new JobQuery { Constraint = broken }, cancellationToken: Cancelled))).Subsystem);
        Assert.Equal("CLIENT", (await ErrorAsync(Schedd.HoldAsync(JobSelection.Of(job), "a\nb", cancellationToken: Cancelled))).Subsystem);
        await Assert.ThrowsAsync<ArgumentException>(() => Schedd.HoldAsync(JobSelection.Of(job), "a\0b", cancellationToken: Cancelled));
    }

    [Fact]
    public async Task A_megabyte_arrives()
    {
        string text = string.Concat(Enumerable.Repeat("0123456789abcde\"", 64 * 1024));
        JobKey job = await Schedd.SubmitAsync(
            Held with { Extra = Marked("Large", ClassAdExpression.Of(text)) }, cancellationToken: Cancelled);
        Assert.Equal(text, (await QueuedAsync(job, "Large"))!.Text("Large"));
    }

    [Fact]
    public async Task A_reason_and_an_edit_carry_hostile_text()
    {
        JobKey job = await Schedd.SubmitAsync(Held, cancellationToken: Cancelled);
        foreach (string text in Known)
        {
            await Schedd.EditAsync(
                JobSelection.Of(job),
                [new("Odd", ClassAdExpression.Of(text)), new("Next", ClassAdExpression.Of("untouched"))],
                cancellationToken: Cancelled);
            ClassAd ad = (await QueuedAsync(job, "Odd", "Next"))!;
            Assert.Equal(text, ad.Text("Odd"));
            Assert.Equal("untouched", ad.Text("Next"));
            await Schedd.ReleaseAsync(JobSelection.Of(job), "again", cancellationToken: Cancelled);
            if (text.Contains('"', StringComparison.Ordinal))
            {
                Assert.Equal(
                    "CLIENT", (await ErrorAsync(Schedd.HoldAsync(JobSelection.Of(job), text, cancellationToken: Cancelled))).Subsystem);
                continue;
            }

            await Schedd.HoldAsync(JobSelection.Of(job), text, cancellationToken: Cancelled);
            ClassAd held = (await QueuedAsync(job, "HoldReason", "JobStatus"))!;
            Assert.Equal(5, held.Integer("JobStatus"));
            Assert.StartsWith(text, held.Text("HoldReason"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_constraint_with_hostile_text_matches_that_text_only()
    {
        string[] texts = [.. Known.Where(text => !text.EndsWith('\\'))];
        await Schedd.SubmitAsync(
            [.. texts.Select(text => Held with { Extra = Marked("Odd", ClassAdExpression.Of(text)) })], cancellationToken: Cancelled);
        for (int at = 0; at < texts.Length; at += 3)
        {
            ClassAdExpression equal = ClassAdExpression.Attribute("Odd").Is(ClassAdExpression.Of(texts[at]));
            IReadOnlyList<ClassAd> found = await Schedd.QueryAsync(
                new JobQuery { Constraint = Mine.And(equal), Projection = ["Odd"] }, cancellationToken: Cancelled);
            Assert.Equal(texts[at], Assert.Single(found).Text("Odd"));
        }
    }

    /// <summary>HTCondor reads what was built and prints it in its own way; that is read again.</summary>
    [Fact]
    public async Task HTCondor_reads_expressions_as_they_were_built()
    {
        // The first is a text: condor_submit 25.14 takes a number for the first proc's where they differ by less than a double's precision
        // at 1.
        ClassAdExpression[] built =
        [
            ClassAdExpression.Of("first"),
            .. Some(Expressions.Any.Where(some => some.Problem is null && Carried(some.Text) && some.Depth < 8), 80),
        ];
        await Schedd.SubmitAsync([.. built.Select(some => Held with { Extra = Marked("Built", some) })], cancellationToken: Cancelled);
        ClassAd[] ads =
        [
            .. (await Schedd.QueryAsync(new JobQuery { Constraint = Mine, Projection = ["ProcId", "Built"] }, cancellationToken: Cancelled))
                .OrderBy(ad => ad.Integer("ProcId")),
        ];
        Assert.Equal(built.Length, ads.Length);
        for (int at = 0; at < built.Length; at++)
            Assert.Equal(built[at].Text, ads[at]["Built"]!.Text);
    }

    private JobDescription With(string text) => Held with
    {
        Arguments = [text, "x"],
        Environment = new Dictionary<string, string> { ["A"] = text, ["B"] = "x" },
        Description = text,
        BatchName = text.Length == 0 ? "none" : text,
        Extra = Marked("Odd", ClassAdExpression.Of(text)),
    };

    private static void Same(JobDescription asked, string text, ClassAd queued, ClassAd plain)
    {
        string[] changed = ["Arguments", "Environment", "JobDescription", "JobBatchName", "Odd"];
        string[] own = ["ProcId", "GlobalJobId", "ServerTime", "QDate", "EnteredCurrentStatus"];
        ClassAd whole = asked.ToSubmitRequest().Shared;
        foreach (string name in changed)
            Assert.Equal((text, name, whole.Text(name)), (text, name, queued.Text(name)));
        Assert.Equal(plain.Count, queued.Count);
        foreach ((string name, ClassAdExpression value) in plain.Where(pair => !changed.Contains(pair.Key) && !own.Contains(pair.Key)))
            Assert.Equal((text, name, value), (text, name, queued[name]));
    }

    /// <summary>What the command line refuses is tested apart.</summary>
    private static bool Carried(string text) =>
        !text.AsSpan().ContainsAny('\n', '\r')
            && !text.Contains("$$(", StringComparison.Ordinal)
            && !text.Contains("$$[", StringComparison.Ordinal)
            && !text.Contains("$$$", StringComparison.Ordinal);

    private static List<T> Some<T>(Gen<T> gen, int count)
    {
        string seed = Environment.GetEnvironmentVariable("SCAILFIN_TEST_SEED") is { Length: > 0 } given
            ? given
            : new PCG((uint)Random.Shared.Next()).ToString();
        TestContext.Current.TestOutputHelper?.WriteLine($"SCAILFIN_TEST_SEED={seed}");
        PCG random = PCG.Parse(seed);
        var all = new List<T>();
        while (all.Count < count)
            all.Add(gen.Generate(random, null, out _));
        return all;
    }
}
