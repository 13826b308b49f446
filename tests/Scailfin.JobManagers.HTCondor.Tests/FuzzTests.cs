using HTCondor.Net.ClassAds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Ads;
using Scailfin.JobManagers.HTCondor.Options;
using Scailfin.JobManagers.HTCondor.Verdicts;
using Scailfin.Testing;
using Scailfin.Testing.Fuzzing;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>Whatever the schedd's queue looks like, each of its jobs is judged.</summary>
[Collection("fuzz")]
public sealed class FuzzTests
{
    [Fact]
    public Task Any_queue_is_judged_job_by_job_or_is_no_queue()
    {
        Attempt attempt = Specs.NewAttempt(Specs.Valid());
        var observation = new HTCondorObservation(new HTCondorOptions());
        return new FuzzRun("queues", [.. HTCondorAttributes.Projection, "null", "true", "\"\\/Expr(1/0)\\/\"", "[]", "{}"])
        {
            MostBytesPerByte = 400,
            IsExpected = exception => exception is FormatException,
        }.ReadAsync(3000, input =>
        {
            int judged = 0;
            foreach (ClassAd ad in ClassAdJson.ReadAds(input))
            {
                if (HTCondorOutput.Parse(ad, isQueued: judged % 2 == 0) is not { } job)
                    continue;
                Observation seen = observation.Of(attempt, job, DateTimeOffset.UnixEpoch);
                Assert.DoesNotContain("Exception", seen.Reason + seen.End?.Evidence.Text, StringComparison.Ordinal);
                Assert.NotNull(HTCondorExplanation.Of(job));
                judged++;
            }

            return judged > 0;
        });
    }
}
