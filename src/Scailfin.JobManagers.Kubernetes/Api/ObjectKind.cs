using System.Text.Json.Serialization.Metadata;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>A kind of object that is listed and watched.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Singular">For messages about one.</param>
/// <param name="Group">The path of its API group.</param>
/// <param name="Resource">Its plural.</param>
/// <param name="List">How a list is read.</param>
/// <param name="Event">How a watch is read.</param>
internal sealed record ObjectKind<T>(
    string Name, string Singular, string Group, string Resource, JsonTypeInfo<WatchedList<T>> List, JsonTypeInfo<WatchEvent<T>> Event)
    where T : class, IWatchedObject;

/// <summary>The kinds that are used here.</summary>
internal static class ObjectKinds
{
    public static ObjectKind<JobObject> Jobs { get; } =
        new("Jobs", "Job", "apis/batch/v1", "jobs", ObjectJson.Default.WatchedListJobObject, ObjectJson.Default.WatchEventJobObject);

    public static ObjectKind<PodObject> Pods { get; } =
        new("pods", "pod", "api/v1", "pods", ObjectJson.Default.WatchedListPodObject, ObjectJson.Default.WatchEventPodObject);
}
