using HTCondor.Net.ClassAds;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Ads;

namespace Scailfin.JobManagers.HTCondor.Schedds;

/// <summary>Makes the constraint of the jobs that a call concerns.</summary>
internal static class JobConstraint
{
    /// <summary>The queue entries of these attempts.</summary>
    public static ClassAdExpression Of(IEnumerable<Attempt> attempts) => ClassAdExpression.AnyOf([.. attempts.Select(Of)]);

    /// <summary>Leaves out jobs that this service has released.</summary>
    public static ClassAdExpression Unreleased(ClassAdExpression jobs) =>
        jobs.And(ClassAdExpression.Attribute(HTCondorAttributes.Released).IsNot(ClassAdExpression.Of(value: true)));

    /// <summary>The constraint for all jobs of a backend, or for those of one workflow.</summary>
    public static ClassAdExpression OfBackend(string backend, Guid? workflow)
    {
        ClassAdExpression ours = Text(HTCondorAttributes.Backend, backend);
        return workflow is { } one ? ours.And(Text(HTCondorAttributes.Workflow, one.ToString())) : ours;
    }

    private static ClassAdExpression Of(Attempt attempt) => Text(HTCondorAttributes.JobId, attempt.JobId.ToString())
        .And(ClassAdExpression.Attribute(HTCondorAttributes.Attempt).EqualTo(ClassAdExpression.Of(attempt.Number)));

    private static ClassAdExpression Text(string attribute, string value) =>
        ClassAdExpression.Attribute(attribute).EqualTo(ClassAdExpression.Of(value));
}
