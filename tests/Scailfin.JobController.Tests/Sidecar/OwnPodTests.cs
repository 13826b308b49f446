using Scailfin.JobController.Sidecar;
using Scailfin.JobManagers.Kubernetes.OwnPod;

namespace Scailfin.JobController.Tests.Sidecar;

/// <summary>Whose word a sidecar takes for a setting (design, section 1).</summary>
public sealed class OwnPodTests
{
    private const string Users = "reana-secretsstore-00000000-0000-0000-0000-000000000000";

    [Fact]
    public void A_users_secret_does_not_take_the_place_of_a_setting()
    {
        TrustedVariables trusted = Trust(
            Process("DB=evil", "A=1", "CERN_USER=alice", "PATH=/bin"),
            new PodVariable("DB", "good", null), new PodVariable("A", "1", null), new PodVariable("CERN_USER", "reana", null),
            new PodVariable("DB", null, Users), new PodVariable("CERN_USER", null, Users));
        Assert.Equal(Process("DB=good", "A=1", "CERN_USER=alice", "PATH=/bin"), trusted.Variables);
        Assert.Empty(trusted.Hidden);
    }

    [Fact]
    public void A_users_secret_does_not_become_a_setting_that_the_operator_left_unset()
    {
        TrustedVariables trusted = Trust(Process("SCAILFIN_BACKENDS=/evil", "X=y"), new PodVariable("SCAILFIN_BACKENDS", null, Users));
        Assert.Equal(Process("X=y"), trusted.Variables);
    }

    [Fact]
    public void An_operators_secret_that_a_users_hides_cannot_be_known() => Assert.Equal(
        ["DB"], Trust(Process("DB=evil"), new PodVariable("DB", null, "database"), new PodVariable("DB", null, Users)).Hidden);

    [Fact]
    public void An_operators_secret_and_what_the_image_sets_are_the_processs() => Assert.Equal(
        Process("DB=secret", "COMPUTE_BACKENDS=kubernetes"),
        Trust(Process("DB=secret", "COMPUTE_BACKENDS=kubernetes"), new PodVariable("DB", null, "database")).Variables);

    private static TrustedVariables Trust(Dictionary<string, string> process, params PodVariable[] pod) =>
        TrustedVariables.Of(process, pod, ["CERN_USER"]);

    private static Dictionary<string, string> Process(params string[] pairs) =>
        pairs.Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
}
