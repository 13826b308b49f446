using HTCondor.Net;
using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.HTCondor.Ads;

namespace Scailfin.JobManagers.HTCondor.Verdicts;

/// <summary>The last try began nothing: the job may be given to another machine.</summary>
internal sealed record AllowAnotherTry(HTCondorOutput Job) : Remedy($"let the schedd give job {Job.Key} to another machine");

/// <summary>The hold came before anything began.</summary>
internal sealed record ReleaseHold(HTCondorOutput Job) : Remedy($"release the hold of job {Job.Key}");

/// <summary>The job is in the queue and its input never arrived there.</summary>
internal sealed record SpoolInput(JobKey Key) : Remedy($"spool the input of job {Key} again");

/// <summary>One attempt is in the queue more than once.</summary>
internal sealed record RemoveTwins(JobKey Kept, IReadOnlyList<JobKey> Twins)
    : Remedy($"remove {string.Join(", ", Twins)}, the same attempt as job {Kept}");
