using System.Runtime.InteropServices;

namespace HTCondor.Net.Worker.Native;

/// <summary>
/// A transaction on the queue. The process can have one at a time. Nothing is changed unless <see cref="Commit"/> succeeds.
/// </summary>
internal sealed unsafe class QueueConnection : IDisposable
{
    private const uint NoAcknowledgement = 2;
    private const uint OnlyMyJobs = 16;

    private readonly CondorLibrary _library;
    private readonly void* _queue;
    private bool _open = true;

    private QueueConnection(CondorLibrary library, void* queue)
    {
        _library = library;
        _queue = queue;
    }

    /// <exception cref="CondorFailure">The schedd cannot be reached or refuses the user.</exception>
    public static QueueConnection Open(CondorLibrary library, ScheddHandle schedd, int timeoutSeconds, string? owner)
    {
        using NativeText? effective = NativeText.OrNull(owner);
        using var errors = new ErrorStack(library);
        void* queue = library.ConnectQueue(schedd.Pointer, timeoutSeconds, 0, errors.Pointer, NativeText.PointerOrNull(effective));
        if (queue is null && errors.IsLostSession)
        {
            using var again = new ErrorStack(library);
            queue = library.ConnectQueue(schedd.Pointer, timeoutSeconds, 0, again.Pointer, NativeText.PointerOrNull(effective));
            if (queue is null)
                throw again.Failure("Connecting to the schedd's queue");
        }

        return queue is null ? throw errors.Failure("Connecting to the schedd's queue") : new QueueConnection(library, queue);
    }

    public int NewCluster()
    {
        using var errors = new ErrorStack(_library);
        int cluster = _library.NewCluster(errors.Pointer);
        return cluster > 0 ? cluster : throw LimitOf(cluster) ?? errors.Failure("Making a new cluster", Marshal.GetLastSystemError());
    }

    public int NewProc(int cluster)
    {
        using var errors = new ErrorStack(_library);
        int proc = _library.NewProc(cluster);
        return proc >= 0
            ? proc
            : throw LimitOf(proc) ?? errors.Failure($"Making a new proc of cluster {cluster}", Marshal.GetLastSystemError());
    }

    /// <summary>
    /// The codes NEWJOB_ERR_* of HTCondor's src/condor_includes/condor_qmgr.h, in the words of condor_submit; errno means nothing then.
    /// </summary>
    private static CondorFailure? LimitOf(int code)
    {
        string? limit = code switch
        {
            -2 => "MAX_JOBS_SUBMITTED",
            -3 => "MAX_JOBS_PER_OWNER",
            -4 => "MAX_JOBS_PER_SUBMISSION",
            _ => null,
        };
        return limit is null
            ? null
            : new CondorFailure(new HTCondorError("SCHEDD", code, $"Number of submitted jobs would exceed {limit}") { Limit = limit });
    }

    /// <summary>Sends an ad; proc -1 is the cluster's. Refusals show at the next step that has an answer.</summary>
    public void Send(int cluster, int proc, NativeAd ad)
    {
        using var errors = new ErrorStack(_library);
        var key = new NativeJobKey { Cluster = cluster, Proc = proc };
        if (_library.SendJobAttributes(&key, ad.Pointer, NoAcknowledgement, errors.Pointer, null) < 0)
            throw errors.Failure($"Sending the attributes of {cluster}.{proc}", Marshal.GetLastSystemError());
    }

    /// <summary>Sets one attribute of the user's own jobs that match.</summary>
    public void Set(NativeText constraint, string name, string expression)
    {
        using var key = new NativeText(name);
        using var value = new NativeText(expression);
        if (_library.SetAttributeByConstraint(constraint.Pointer, key.Pointer, value.Pointer, OnlyMyJobs | NoAcknowledgement) >= 0)
            return;
        int errno = Marshal.GetLastSystemError();
        using var errors = new ErrorStack(_library);
        throw errors.Failure($"Setting {name} of the jobs that match (there may be none)", errno);
    }

    /// <exception cref="CondorFailure">The schedd refused or, if the exception is ambiguous, its answer was lost.</exception>
    public void Commit()
    {
        _open = false;
        using var errors = new ErrorStack(_library);
        if (_library.DisconnectQueue(_queue, 1, errors.Pointer) == 0)
            throw errors.Failure("Committing the transaction", Marshal.GetLastSystemError(), ambiguous: true);
    }

    public void Dispose()
    {
        if (!_open)
            return;
        using var errors = new ErrorStack(_library);
        _library.DisconnectQueue(_queue, 0, errors.Pointer);
    }
}
