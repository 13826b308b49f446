using System.Globalization;

namespace Scailfin.JobController.Hosting;

/// <summary>How many descriptors this process may have open.</summary>
internal static class DescriptorLimit
{
    /// <summary>What POSIX systems usually allow.</summary>
    private const long Usual = 1024;

    private const string File = "/proc/self/limits";
    private const string Name = "Max open files";

    /// <summary>Reads the soft limit; the usual one if it cannot be read.</summary>
    public static long Read()
    {
        try
        {
            return Parse(System.IO.File.ReadLines(File)) ?? Usual;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Usual;
        }
    }

    /// <summary>Finds the soft limit: https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html.</summary>
    internal static long? Parse(IEnumerable<string> lines)
    {
        string? line = lines.FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        string? word = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        if (word == "unlimited")
            return long.MaxValue;
        return long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : null;
    }
}
