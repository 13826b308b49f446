using System.Text.Json;
using HTCondor.Net.Schedds;
using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker.Operations;

/// <summary>Hold, release, remove, vacate: a result for each job.</summary>
internal static unsafe class ActOperation
{
    private const int ResultPerJob = 1;

    public static WorkerResult Run(CallContext context, WorkerRequest request)
    {
        context.RefuseRoot();
        using NativeTexts? ids = request is { Owner: null, Jobs: { Length: > 0 } jobs } ? new NativeTexts(jobs) : null;
        using NativeText? constraint = ids is not null ? null : new NativeText(
            request.Owner is { } owner ? Selection.ConstraintOf(context, request, owner) : Selection.Constraint(context, request));
        using ScheddHandle schedd = ScheddHandle.Locate(context.Library, request.Schedd);
        context.Gate.Pass(request.Id);
        using NativeAd answer = Act(context, schedd, request, ids, constraint) ?? Act(context, schedd, request, ids, constraint)
            ?? throw CondorFailure.Of("SECMAN", 2004, "The schedd rejected a session twice.", retryable: true);
        byte[] json = [];
        context.Printer.Print(answer, bytes => json = bytes.ToArray());
        return new WorkerResult { Outcomes = Outcomes(json) };
    }

    /// <summary>Sends the action; returns null if the schedd no longer knew the session and therefore did nothing.</summary>
    private static NativeAd? Act(CallContext context, ScheddHandle schedd, WorkerRequest request, NativeTexts? ids, NativeText? constraint)
    {
        (int code, string reasonAttribute) = request.Action switch
        {
            JobAction.Hold => (1, "HoldReason"),
            JobAction.Release => (2, "ReleaseReason"),
            JobAction.Remove => (3, "RemoveReason"),
            JobAction.RemoveForced => (4, "RemoveReason"),
            JobAction.Vacate => (5, "VacateReason"),
            JobAction.VacateFast => (6, "VacateReason"),
            _ => throw CondorFailure.Of("CLIENT", 0, $"{request.Action} is not an action."),
        };
        using var reason = new NativeText(request.Reason ?? "");
        using var attribute = new NativeText(reasonAttribute);
        using var errors = new ErrorStack(context.Library);
        void* answer = context.Library.ActOnJobs(
            schedd.Pointer, code, NativeText.PointerOrNull(constraint), ids is null ? null : ids.Pointer,
            reason.Pointer, attribute.Pointer, null, null, ResultPerJob, errors.Pointer);
        if (answer is not null)
            return new NativeAd(context.Library, answer);
        return errors.IsLostSession ? null : throw errors.Failure($"The action {request.Action}", ambiguous: true);
    }

    /// <summary>The answer has <c>job_12_0 = 1</c> for each job; it has these entries also if no action succeeded.</summary>
    private static int[] Outcomes(byte[] json)
    {
        var outcomes = new List<int>();
        string? error = null;
        using var document = JsonDocument.Parse(json);
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (property.Name.Split('_') is ["job", var cluster, var proc]
                && int.TryParse(cluster, out int clusterId)
                && int.TryParse(proc, out int procId))
                outcomes.AddRange([clusterId, procId, property.Value.GetInt32()]);
            else if (property.NameEquals("ErrorString"))
                error = property.Value.ToString();
        }

        return outcomes.Count > 0 || error is null ? [.. outcomes] : throw CondorFailure.Of("SCHEDD", 0, error);
    }
}
