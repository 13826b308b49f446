using HTCondor.Net.ClassAds;

namespace HTCondor.Net.Tests.ClassAds;

internal static class Constraints
{
    public static ClassAdExpression Is(JobKey job) =>
        ClassAdExpression.Attribute("ClusterId").EqualTo(ClassAdExpression.Of(job.Cluster))
            .And(ClassAdExpression.Attribute("ProcId").EqualTo(ClassAdExpression.Of(job.Proc)));

    public static ClassAdExpression Described(string text) => ClassAdExpression.Attribute("JobDescription").Is(ClassAdExpression.Of(text));
}
