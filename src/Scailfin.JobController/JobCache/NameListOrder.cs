using System.Text;

namespace Scailfin.JobController.JobCache;

/// <summary>
/// Lists of names as Python compares them: member by member, each by code points, a shorter list before its continuation.
/// </summary>
internal sealed class NameListOrder : IComparer<IReadOnlyList<string>>
{
    public static NameListOrder Instance { get; } = new();

    public int Compare(IReadOnlyList<string>? x, IReadOnlyList<string>? y)
    {
        IReadOnlyList<string> left = x ?? [], right = y ?? [];
        for (int index = 0; index < Math.Min(left.Count, right.Count); index++)
        {
            if (CompareNames(left[index], right[index]) is not 0 and var order)
                return order;
        }

        return left.Count.CompareTo(right.Count);
    }

    /// <summary>An ordinal comparison would put characters beyond the BMP before some of those within.</summary>
    private static int CompareNames(string left, string right)
    {
        StringRuneEnumerator first = left.EnumerateRunes(), second = right.EnumerateRunes();
        while (first.MoveNext())
        {
            if (!second.MoveNext())
                return 1;
            if (first.Current.CompareTo(second.Current) is not 0 and var order)
                return order;
        }

        return second.MoveNext() ? -1 : 0;
    }
}
