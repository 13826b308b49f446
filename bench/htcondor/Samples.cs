namespace HTCondor.Bench;

/// <summary>Times and processor times of the same thing done several times.</summary>
internal sealed class Samples
{
    private readonly List<double> _milliseconds = [];
    private double _cpu;

    /// <summary>Milliseconds of processor time for each.</summary>
    public double Cpu => _cpu * 1000 / _milliseconds.Count;

    /// <summary>How many in a second, one after the other.</summary>
    public double Rate => 1000 * _milliseconds.Count / _milliseconds.Sum();

    public double At(double share) => _milliseconds.Order().ElementAt((int)Math.Min(_milliseconds.Count * share, _milliseconds.Count - 1));

    public static async Task<Samples> OfAsync(int count, Func<Task> act)
    {
        var samples = new Samples();
        double cpu = Usage.Seconds;
        for (int number = 0; number < count; number++)
        {
            long begin = TimeProvider.System.GetTimestamp();
            await act();
            samples._milliseconds.Add(TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds);
        }

        samples._cpu = Usage.Seconds - cpu;
        return samples;
    }
}
