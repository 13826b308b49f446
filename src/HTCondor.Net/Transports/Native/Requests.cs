using System.Globalization;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using HTCondor.Net.Transports.Native.Protocol;

namespace HTCondor.Net.Transports.Native;

/// <summary>Calls as lines for the worker. What HTCondor's notation cannot carry is refused here, by its name.</summary>
internal static class Requests
{
    private const string JobStatus = "JobStatus";

    private static readonly string[] SubmitTimes = ["QDate", "EnteredCurrentStatus"];

    private static readonly KeyValuePair<string, string>[] WaitsForInput =
    [
        new(JobStatus, "5"),
        new("HoldReasonCode", "16"),
        new("HoldReason", "\"Spooling input data files\""),
    ];

    public static WorkerRequest Locate(ScheddLocation schedd) => Of(WorkerOperation.Locate, schedd);

    public static WorkerRequest Submit(ScheddLocation schedd, SubmitRequest request, DateTimeOffset now)
    {
        // The library reads the status only from the proc's own ad, not from the cluster ad.
        ClassAdExpression? status = request.Shared[JobStatus];
        return Of(WorkerOperation.Submit, schedd) with
        {
            Shared = [.. Attributes(request.Shared), .. Times(request.Shared, now)],
            Ads = [.. request.Procs.Select(proc => Proc(proc, request.Spool, status))],
        };
    }

    public static WorkerRequest Query(ScheddLocation schedd, JobQuery query) => Of(WorkerOperation.Query, schedd) with
    {
        Constraint = Text("the constraint", query.Constraint),
        Projection = [.. query.Projection],
        Limit = query.Limit,
    };

    public static WorkerRequest History(ScheddLocation schedd, HistoryQuery query) => Of(WorkerOperation.History, schedd) with
    {
        Constraint = Text("the constraint", query.Constraint),
        Projection = [.. query.Projection],
        Limit = query.Limit,
        Since = Text("since", query.Since),
    };

    public static WorkerRequest Act(ScheddLocation schedd, JobAction action, JobSelection jobs, string reason) =>
        Select(Of(WorkerOperation.Act, schedd), jobs) with { Action = action, Reason = reason };

    public static WorkerRequest Edit(
        ScheddLocation schedd, JobSelection jobs, IReadOnlyList<KeyValuePair<string, ClassAdExpression>> attributes) =>
        Select(Of(WorkerOperation.Edit, schedd), jobs) with { Shared = Attributes(attributes) };

    public static WorkerRequest Spool(ScheddLocation schedd, IReadOnlyList<ClassAd> jobs) =>
        Of(WorkerOperation.Spool, schedd) with { Ads = [.. jobs.Select(Attributes)] };

    public static WorkerRequest Retrieve(ScheddLocation schedd, JobSelection jobs) => Select(Of(WorkerOperation.Retrieve, schedd), jobs);

    private static WorkerRequest Of(WorkerOperation operation, ScheddLocation schedd) =>
        new() { Id = 0, Operation = operation, Schedd = schedd };

    private static WorkerRequest Select(WorkerRequest request, JobSelection jobs) => request with
    {
        Jobs = [.. jobs.Jobs.Select(job => job.ToString())],
        Constraint = Text("the constraint", jobs.Constraint),
    };

    /// <summary>The submit times that the schedd expects from its client.</summary>
    private static IEnumerable<string> Times(ClassAd shared, DateTimeOffset now) =>
        SubmitTimes.Where(name => shared[name] is null).SelectMany(name =>
            new[] { name, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) });

    private static string[] Proc(ClassAd proc, bool spool, ClassAdExpression? status)
    {
        string[] own = Attributes(proc);
        if (spool)
            return [.. own, .. WaitsForInput.SelectMany(pair => new[] { pair.Key, pair.Value })];
        return status is not null && proc[JobStatus] is null ? [.. own, JobStatus, Text(JobStatus, status)!] : own;
    }

    private static string[] Attributes(IEnumerable<KeyValuePair<string, ClassAdExpression>> ad) =>
        [.. ad.SelectMany(pair => new[] { pair.Key, Text(pair.Key, pair.Value)! })];

    private static string? Text(string what, ClassAdExpression? expression) => expression?.Problem is { } problem
        ? throw new HTCondorException(new HTCondorError("CLIENT", 0, $"{what}: {problem}."))
        : expression?.Text;
}
