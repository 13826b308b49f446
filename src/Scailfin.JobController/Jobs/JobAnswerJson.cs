using System.Text.Json;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;

namespace Scailfin.JobController.Jobs;

/// <summary>Jobs as the API shows them: keys in alphabetical order, as upstream sends them (contract A.2).</summary>
internal static class JobAnswerJson
{
    /// <summary>
    /// Exactly the seven keys of the closed schema, never null (contract A.7). The command comes first, and the caller writes its value.
    /// </summary>
    public static void WriteUpToCommand(Utf8JsonWriter json, Job job, bool inList)
    {
        if (inList)
        {
            json.WriteStartObject();
            json.WritePropertyName(job.Id.ToString());
        }

        json.WriteStartObject();
        json.WritePropertyName("cmd");
    }

    /// <summary>
    /// Writes what follows the command. A job without mounts has an empty list in the list of jobs, and an empty string in the answer for a
    /// single job (contract A.7).
    /// </summary>
    public static void WriteAfterCommand(Utf8JsonWriter json, Job job, bool inList)
    {
        if (inList && job.Spec.CvmfsMounts.Length == 0)
            WriteEmptyList(json, "cvmfs_mounts");
        else
            json.WriteString("cvmfs_mounts", job.Spec.CvmfsMounts);
        json.WriteString("docker_img", job.Spec.DockerImage);
        json.WriteString("job_id", job.Id.ToString());
        json.WriteNumber("max_restart_count", 3);
        json.WriteNumber("restart_count", job.RestartCount);
        json.WriteString("status", job.Status.Name());
        json.WriteEndObject();
        if (inList)
            json.WriteEndObject();
    }

    public static void WriteExplanation(Utf8JsonWriter json, Explanation explanation)
    {
        Job job = explanation.Job;
        json.WriteStartObject();
        json.WriteNumber("attempt", job.AttemptNumber);
        json.WriteString("backend", job.Spec.Backend);
        WriteTime(json, "created_at", job.CreatedAt);
        WriteEvidence(json, job.Evidence);
        WriteTime(json, "finished_at", job.FinishedAt);
        json.WriteString("job_id", job.Id.ToString());
        json.WriteString("job_name", job.Spec.JobName);
        json.WriteStartArray("reasons");
        foreach (string sentence in explanation.Sentences)
            json.WriteStringValue(sentence);
        json.WriteEndArray();
        WriteTime(json, "started_at", job.StartedAt);
        json.WriteString("status", job.Status.Name());
        json.WriteEndObject();
    }

    public static void WriteTimeline(Utf8JsonWriter json, JobId id, IReadOnlyList<TimelineEntry> entries)
    {
        json.WriteStartObject();
        json.WriteStartArray("entries");
        foreach (TimelineEntry entry in entries)
        {
            json.WriteStartObject();
            WriteTime(json, "at", entry.At);
            json.WriteNumber("attempt", entry.Attempt);
            json.WriteString("detail", entry.Detail);
            json.WriteString("event", entry.Event);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("job_id", id.ToString());
        json.WriteEndObject();
    }

    private static void WriteEmptyList(Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        json.WriteEndArray();
    }

    private static void WriteEvidence(Utf8JsonWriter json, Evidence? evidence)
    {
        if (evidence is null)
        {
            json.WriteNull("evidence");
            return;
        }

        json.WriteStartObject("evidence");
        if (evidence.ExitCode is { } code)
            json.WriteNumber("exit_code", code);
        else
            json.WriteNull("exit_code");
        json.WriteString("failed_phase", evidence.FailedPhase);
        WriteTime(json, "observed_at", evidence.ObservedAt);
        json.WriteString("source", evidence.Source.ToString());
        json.WriteString("text", evidence.Text);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } at)
            json.WriteString(name, at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"));
        else
            json.WriteNull(name);
    }
}
