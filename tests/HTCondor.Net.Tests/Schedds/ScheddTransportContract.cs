using HTCondor.Net.ClassAds;
using HTCondor.Net.Jobs;
using HTCondor.Net.Schedds;
using HTCondor.Net.Tests.ClassAds;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace HTCondor.Net.Tests.Schedds;

/// <summary>
/// What every transport does, on a real pool. A transport has a class that inherits this one and says how it is opened; one pool serves
/// them all, so that a test looks at its own jobs only.
/// </summary>
public abstract partial class ScheddTransportContract(HpcContainer site) : IAsyncLifetime
{
    private readonly string _mark = Guid.NewGuid().ToString("N");

    /// <summary>A transport whose processes are started by these words before their own, and so run inside the site, as its user.</summary>
    protected abstract IScheddTransport Open(IReadOnlyList<string> prefix);

    protected HpcContainer Site => site;

    /// <summary>As alice.</summary>
    protected Schedd Schedd { get; private set; } = null!;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        await site.StartPoolAsync();
        Schedd = OpenAs("alice");
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (Schedd is not null)
        {
            await Schedd.RemoveAsync(JobSelection.Where(Mine), "the test is over", cancellationToken: CancellationToken.None);
            await Schedd.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>A schedd as a user of the site, with settings of HTCondor's configuration.</summary>
    protected Schedd OpenAs(string user, ScheddLocation? location = null, params IReadOnlyList<string> settings)
    {
        string[] words = settings.Count == 0 ? [] : ["env", .. settings.Select(setting => "_CONDOR_" + setting)];
        return new Schedd(Open([.. site.CommandPrefix(user), .. words]), location ?? ScheddLocation.Local);
    }

    /// <summary>A job that does nothing, held, and known as this test's.</summary>
    protected JobDescription Held => new()
    {
        Executable = "/bin/true",
        TransferExecutable = false,
        WorkingDirectory = "/tmp",
        MemoryMiB = 1,
        DiskKiB = 1,
        Hold = true,
        Extra = Marked(),
    };

    protected JobDescription Shell(string command) => Held with { Executable = "/bin/sh", Arguments = ["-c", command], Hold = false };

    protected ClassAdExpression Mine => ClassAdExpression.Attribute("TestMark").EqualTo(ClassAdExpression.Of(_mark));

    protected ClassAd Marked(string? name = null, ClassAdExpression? value = null)
    {
        var ad = new ClassAd();
        ad.Set("TestMark", _mark);
        if (name is not null)
            ad.Set(name, value!);
        return ad;
    }

    /// <summary>The job's ad in the queue.</summary>
    protected async Task<ClassAd?> QueuedAsync(JobKey job, params string[] projection) =>
        (await Schedd.QueryAsync(new JobQuery { Constraint = Constraints.Is(job), Projection = projection }, cancellationToken: Cancelled))
            .SingleOrDefault();

    /// <summary>Its ad in the history, as soon as it is there.</summary>
    protected async Task<ClassAd> EndedAsync(JobKey job)
    {
        ClassAd? ended = null;
        await Eventually.TrueAsync(
            async () => (ended = (await Schedd.HistoryAsync(
                new HistoryQuery { Constraint = Constraints.Is(job), Limit = 1 }, cancellationToken: Cancelled))
                .SingleOrDefault()) is not null,
            $"job {job} is in the history");
        return ended!;
    }

    protected Task StatusAsync(JobKey job, int status) => Eventually.TrueAsync(
        async () => (await QueuedAsync(job, "JobStatus"))?.Integer("JobStatus") == status, $"job {job} has status {status}");

    protected static async Task<HTCondorError> ErrorAsync(Task call) => (await Assert.ThrowsAsync<HTCondorException>(() => call)).Error;
}
