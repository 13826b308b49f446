using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.JobManagers.Kubernetes.Verdicts;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Tests.Verdicts;

/// <summary>
/// A Job's life on a real Kubernetes 1.36, as its watches told it, reduced to what is read here. Recorded/NAME.jsonl: time in milliseconds
/// since the Job was posted, and a version of the Job or of one of its pods, or that somebody deleted the Job.
/// </summary>
internal sealed class Recording
{
    private readonly List<Line> _lines;
    private readonly DateTimeOffset _begin;

    public Recording(string name)
    {
        _lines = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Recorded", name + ".jsonl")).Select(Line.Parse)];
        _begin = _lines.First(line => line.Job is not null).Job!.Metadata.CreationTimestamp!.Value;
        Name = _lines.First(line => line.Job is not null).Job!.Metadata.Name;
    }

    public string Name { get; }

    public KubernetesPatience Patience { get; init; } = new();

    /// <summary>How far the service's wall clock is ahead of Kubernetes'.</summary>
    public TimeSpan Ahead { get; init; }

    /// <summary>Whether the deletion of the Job is our own, because of a stop.</summary>
    public bool DeletionIsOurs { get; init; }

    /// <summary>Whether the recorder's clean-up at the end belongs to the story.</summary>
    public bool WithDeletion { get; init; }

    /// <summary>
    /// Plays the lines from that one on, as a service that was started then would see them; each verdict until the first that ends it.
    /// </summary>
    public IReadOnlyList<Judgement> Play(int from = 0, TimeSpan afterwards = default)
    {
        var time = new FakeTimeProvider(_begin);
        var view = new ClusterView(time);
        view.Await(Name);
        var judgements = new List<Judgement>();
        bool deleted = false;
        IReadOnlyList<Line> lines = WithDeletion ? _lines : [.. _lines.TakeWhile(line => !line.IsDeletion)];
        for (int i = 0; i < lines.Count; i++)
        {
            Line line = lines[i];
            deleted |= line.IsDeletion;
            time.SetUtcNow(_begin + TimeSpan.FromMilliseconds(Math.Max(line.At, (time.GetUtcNow() - _begin).TotalMilliseconds)));
            if (i < from && i < lines.Count - 1)
                continue;
            if (i == from)
                ShowNewest(view, lines.Take(from));
            line.Show(view);
            if (Judge() is { } judgement)
                judgements.Add(judgement);
            if (judgements.LastOrDefault() is { Phase: ObservedPhase.Ended } or { GivenUp: not null })
                return judgements;
        }

        time.Advance(afterwards);
        judgements.Add(Judge()!);
        return judgements;

        static void ShowNewest(ClusterView view, IEnumerable<Line> before)
        {
            foreach (IGrouping<string, Line> versions in before.Where(line => !line.IsDeletion).GroupBy(line => line.Uid))
            {
                if (versions.Last() is { Type: not "DELETED" } newest)
                    newest.Show(view);
            }
        }

        Judgement? Judge() => Verdict.Of(
            new JobCase(Name, view.Find(Name), deleted && DeletionIsOurs, TimeSpan.FromSeconds(4), Patience, time.GetUtcNow() + Ahead)
            {
                Steady = view.Steady.GetUtcNow(),
                PodsAsOf = time.GetUtcNow(),
            });
    }

    /// <summary>The first line after which the pod that counts can only be seen as it is removed, or not at all.</summary>
    public int Removal =>
        _lines.FindIndex(line =>
            line.IsDeletion || line.Pod?.Metadata is { DeletionTimestamp: not null, DeletionGracePeriodSeconds: 0 }) is >= 0 and int index
            ? index
            : _lines.Count;

    private sealed record Line(double At, JobObject? Job, PodObject? Pod, string Type)
    {
        public string Uid => (Job?.Metadata ?? Pod?.Metadata)?.Uid ?? "";

        public bool IsDeletion => Job is null && Pod is null;

        public static Line Parse(string text)
        {
            JsonNode node = JsonNode.Parse(text)!;
            string kind = (string)node["kind"]!;
            return new Line(
                (double)node["t"]!,
                kind == "job" ? node["object"].Deserialize(ObjectJson.Default.JobObject) : null,
                kind == "pod" ? node["object"].Deserialize(ObjectJson.Default.PodObject) : null,
                (string?)node["type"] ?? "");
        }

        public void Show(ClusterView view)
        {
            if (Job is not null)
                view.Take(Job, Type == "DELETED");
            if (Pod is not null)
                view.Take(Pod, Type == "DELETED");
        }
    }
}
