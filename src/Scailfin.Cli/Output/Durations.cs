namespace Scailfin.Cli.Output;

internal static class Durations
{
    public static string Text(TimeSpan duration) => duration switch
    {
        { TotalMinutes: < 1 } => FormattableString.Invariant($"{duration.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } => FormattableString.Invariant($"{duration.Minutes} min {duration.Seconds} s"),
        _ => FormattableString.Invariant($"{(int)duration.TotalHours} h {duration.Minutes} min"),
    };
}
