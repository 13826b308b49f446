namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>Finds values that have the right type but are invalid, so that all code that reads the object later can rely on it.</summary>
internal static class Flaws
{
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Kubernetes takes any number of seconds; a pod that takes ten years to end is not one.</summary>
    private const long LongestGrace = 10L * 366 * 24 * 3600;

    /// <param name="metadata">The metadata. A member that the JSON lacks is null after parsing, even if its type is not nullable.</param>
    public static string? Of(ObjectMetadata? metadata)
    {
        if (metadata?.Name is not { Length: > 0 })
            return "its field 'metadata.name' is missing";
        if (metadata.Uid is not { Length: > 0 })
            return "its field 'metadata.uid' is missing";
        if (metadata.DeletionGracePeriodSeconds is < 0 or > LongestGrace)
            return $"its field 'metadata.deletionGracePeriodSeconds' is {metadata.DeletionGracePeriodSeconds}";
        return OfDate("metadata.creationTimestamp", metadata.CreationTimestamp)
            ?? OfDate("metadata.deletionTimestamp", metadata.DeletionTimestamp);
    }

    public static string? Of(string field, IReadOnlyList<ObjectCondition>? conditions) =>
        OfNulls(field, conditions)
            ?? First(conditions, condition => OfDate($"{field}.lastTransitionTime", condition.LastTransitionTime));

    public static string? Of(string field, IReadOnlyList<ContainerStatus>? containers) =>
        OfNulls(field, containers)
            ?? First(containers, container => OfDate($"{field}.state.running.startedAt", container.State?.Running?.StartedAt)
                ?? OfDate($"{field}.state.terminated.startedAt", container.Terminated?.StartedAt)
                ?? OfDate($"{field}.state.terminated.finishedAt", container.Terminated?.FinishedAt));

    public static string? OfNulls<T>(string field, IReadOnlyList<T>? items)
        where T : class =>
        items?.Any(item => item is null) == true ? $"its field '{field}' has an element that is null" : null;

    public static string? OfDate(string field, DateTimeOffset? date) =>
        date < Earliest || date > Latest ? $"its field '{field}' is {date:u}" : null;

    private static string? First<T>(IReadOnlyList<T>? items, Func<T, string?> flaw) =>
        items?.Select(flaw).FirstOrDefault(found => found is not null);
}
