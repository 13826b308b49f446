using Scailfin.Core.Accounts;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Local.Accounts;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobManagers.Local.Tests;

public sealed class ValidateTests
{
    [Theory]
    [InlineData("../etc", "contains '..'")]
    [InlineData("/images/../etc", "contains '..'")]
    [InlineData("--privileged", "begins with a hyphen")]
    [InlineData("docker://-x", "begins with a hyphen")]
    [InlineData("docker://--authfile=/x", "begins with a hyphen")]
    [InlineData("docker://", "an image is needed")]
    [InlineData("docker:///images/a", "is neither the name of a Docker image")]
    [InlineData("docker://docker://a", "is neither the name of a Docker image")]
    [InlineData("DOCKER://a", "is neither the name of a Docker image")]
    [InlineData("docker://a/../b", "contains '..'")]
    [InlineData("docker-archive:/images/a.tar", "is neither the name of a Docker image")]
    [InlineData("oci:../images", "contains '..'")]
    [InlineData("/etc", "does not lie in this backend's image directory '/images'")]
    [InlineData("/images-of-others/a", "does not lie in this backend's image directory '/images'")]
    [InlineData("a\nb", "no control characters")]
    [InlineData("", "an image is needed")]
    public void An_image_that_may_not_be_used_is_refused_with_the_rule(string image, string rule)
    {
        SpecProblem problem = Assert.Single(Validate(Spec() with { DockerImage = image }));
        Assert.Equal("docker_img", problem.Field);
        Assert.Contains(rule, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker.io/library/busybox:1.36")]
    [InlineData("docker://docker.io/library/busybox:1.36")]
    [InlineData("docker://localhost:5000/a:1@sha256:0123456789012345678901234567890123456789012345678901234567890123")]
    [InlineData("a..b/c:1")]
    [InlineData("/images/a")]
    public void An_image_by_name_or_inside_the_image_directory_is_fine(string image) =>
        Assert.Empty(Validate(Spec() with { DockerImage = image }));

    [Theory]
    [InlineData("/ws/a:/etc")]
    [InlineData("/ws/a,b")]
    public void A_workspace_that_no_runtime_can_bind_is_refused(string workspace)
    {
        SpecProblem problem = Assert.Single(Validate(Spec() with { WorkflowWorkspace = workspace }));
        Assert.Equal("workflow_workspace", problem.Field);
        Assert.Contains(workspace, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_image_is_needed_where_steps_run_without_a_container() =>
        Assert.Empty(Validate(Spec() with { DockerImage = "" }, "none"));

    [Theory]
    [InlineData("A-B")]
    [InlineData("1A")]
    [InlineData("")]
    [InlineData("A=B")]
    [InlineData("Ä")]
    [InlineData("A\n")]
    public void A_variable_that_no_shell_can_have_is_refused_by_name(string name)
    {
        SpecProblem problem = Assert.Single(Validate(Spec() with { Environment = [new(name, "x")] }));
        Assert.Equal("env_vars", problem.Field);
        Assert.Contains($"'{name}'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_NUL_is_refused_in_a_value_in_the_command_and_in_the_image() => Assert.Equal(
        ["env_vars", "cmd", "docker_img"],
        Validate(Spec() with { Environment = [new("A", "x\0")], Command = "\0", DockerImage = "a\0" }).Select(problem => problem.Field));

    private static JobSpec Spec() => Scailfin.Testing.Specs.Valid();

    private static IReadOnlyList<SpecProblem> Validate(JobSpec spec, string runtime = "bubblewrap")
    {
        var options = new LocalOptions { Profile = new SiteProfile { Runtimes = [runtime], ImageDirectories = ["/images"] } };
        var users = new StepUsers("/nowhere/step-users", UserAccounts.None);
        return new LocalJobManager("/nowhere", options, new WorkspacePath(["/ws"]), users, TimeProvider.System).Validate(spec);
    }
}
