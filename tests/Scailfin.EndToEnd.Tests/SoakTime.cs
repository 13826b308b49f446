using System.Globalization;

namespace Scailfin.EndToEnd.Tests;

/// <summary>How long trouble lasts in the tests that tests/soak.sh runs for longer.</summary>
internal static class SoakTime
{
    /// <summary>SCAILFIN_TEST_SOAK_SECONDS, 30 s unless set.</summary>
    public static TimeSpan Length => TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("SCAILFIN_TEST_SOAK_SECONDS"), CultureInfo.InvariantCulture, out double given)
            ? given
            : 30);
}
