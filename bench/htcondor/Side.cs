using HTCondor.Net;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Jobs;
using HTCondor.Net.Schedds;

namespace HTCondor.Bench;

/// <summary>One transport, and the calls that are measured.</summary>
internal sealed class Side(IScheddTransport transport)
{
    private static readonly CallOptions Patient = new() { Deadline = TimeSpan.FromMinutes(2) };

    private static readonly JobDescription Job = new()
    {
        Executable = "/bin/true",
        TransferExecutable = false,
        WorkingDirectory = "/tmp",
        MemoryMiB = 1,
        DiskKiB = 1,
        Hold = true,
    };

    public string Name => transport.Name;

    public Task<SubmitResult> SubmitAsync(int procs = 1, int group = 0)
    {
        var extra = new ClassAd();
        extra.Set("BenchGroup", group);
        JobDescription[] jobs = [.. Enumerable.Range(0, procs).Select(number => Job with { Arguments = [$"{number}"], Extra = extra })];
        return transport.SubmitAsync(ScheddLocation.Local, JobDescription.ToSubmitRequest(jobs), Patient, CancellationToken.None);
    }

    public Task<IReadOnlyList<ClassAd>> QueryAsync(ClassAdExpression constraint) => transport.QueryAsync(
        ScheddLocation.Local,
        new JobQuery
        {
            Constraint = constraint,
            Projection = ["ClusterId", "ProcId", "JobStatus", "HoldReasonCode", "EnteredCurrentStatus"],
        },
        Patient,
        CancellationToken.None);

    public Task<IReadOnlyList<ClassAd>> QueryGroupAsync(int group) =>
        QueryAsync(ClassAdExpression.Attribute("BenchGroup").EqualTo(ClassAdExpression.Of(group)));

    public Task<IReadOnlyList<ClassAd>> QueryOneAsync(int group) =>
        QueryAsync(ClassAdExpression.Attribute("BenchGroup").EqualTo(ClassAdExpression.Of(group))
            .And(ClassAdExpression.Attribute("ProcId").EqualTo(ClassAdExpression.Of(3))));

    public Task HistoryAsync() =>
        transport.HistoryAsync(
            ScheddLocation.Local, new HistoryQuery { Limit = 1, Projection = ["ClusterId"] }, Patient, CancellationToken.None);

    public Task EditAsync(JobKey job) =>
        transport.EditAsync(
            ScheddLocation.Local, JobSelection.Of(job), [new("Tag", ClassAdExpression.Of("a text"))], Patient, CancellationToken.None);

    public Task<IReadOnlyList<JobActionResult>> RemoveAsync(JobSelection jobs) =>
        transport.ActAsync(ScheddLocation.Local, JobAction.Remove, jobs, "measured", Patient, CancellationToken.None);

    public Task RemoveAllAsync() =>
        RemoveAsync(JobSelection.Where(ClassAdExpression.Attribute("ClusterId").GreaterThan(ClassAdExpression.Of(0))));

    public async Task FailAsync()
    {
        try
        {
            await transport.QueryAsync(new ScheddLocation { Address = "<127.0.0.1:1>" }, new JobQuery(), Patient, CancellationToken.None);
        }
        catch (HTCondorException)
        {
            // What is wanted: nobody listens there.
        }
    }
}
