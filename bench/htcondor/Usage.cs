using System.Globalization;

namespace HTCondor.Bench;

/// <summary>What processes have used, from /proc.</summary>
internal static class Usage
{
    private const double TicksPerSecond = 100;
    private const int State = 0; // fields are counted from the one behind the program's name
    private const int Parent = 1;
    private const int UserTime = 11;
    private const int ChildrensSystemTime = 14;

    /// <summary>Seconds of processor time of this process, of its ended children, and of its workers.</summary>
    public static double Seconds => SecondsOf("self", withChildren: true) + Workers.Sum(worker => SecondsOf(worker, withChildren: false));

    public static IReadOnlyList<string> Workers
    {
        get
        {
            string own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            return [.. Directory.GetDirectories("/proc").Select(Path.GetFileName).OfType<string>().Where(name => char.IsAsciiDigit(name[0]))
                .Where(name => Fields(name) is { } fields && fields[Parent] == own && fields[State] != "Z")];
        }
    }

    public static double Megabytes(string process) => File.ReadLines($"/proc/{process}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024)
        .First();

    public static int Descriptors(string process) => Directory.GetFiles($"/proc/{process}/fd").Length;

    private static double SecondsOf(string process, bool withChildren) => Fields(process) is { } fields
        ? fields[UserTime..(withChildren ? ChildrensSystemTime + 1 : UserTime + 2)]
            .Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond
        : 0;

    private static string[]? Fields(string process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // it has ended
        }
    }
}
