using Scailfin.Core.Lifecycle;
using Scailfin.Core.Workspaces;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Tests.Access;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>Design, section 8: a user's jobs run in the user's own workspaces only.</summary>
public sealed class UserWorkspacesTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private Edge Edge => fixture.Edge;

    [Fact]
    public async Task A_user_posts_in_her_own_workspace_and_not_in_another_users()
    {
        using HttpClient ada = await Edge.UserAsync("ada"), bob = await Edge.UserAsync("bob");
        string workspace = Path.Combine(Edge.Data.Workspaces, "ada", "w");
        await Edge.SubmitAsync(ada, $"\"workflow_workspace\": \"{workspace}\"");
        Answer refused = await Edge.SendAsync(bob, "POST", "/jobs", Edge.Request($"\"workflow_workspace\": \"{workspace}\""));
        Assert.Equal(400, refused.Status);
        Assert.Equal(
            $"'{workspace}' is not a workspace of user 'bob', whose workspaces lie in "
                + $"{Edge.Data.Workspaces}/bob, {Edge.Data.Workspaces}/shared.",
            refused.Json.GetProperty("message").GetProperty("workflow_workspace")[0].GetString());
    }

    [Fact]
    public async Task The_administrators_jobs_do_not_run_in_a_users_workspace() => Assert.Equal(
        400,
        (await Edge.PostAsync(Edge.Request($"\"workflow_workspace\": \"{Edge.Data.Workspaces}/ada/w\""))).Status);

    [Fact]
    public async Task The_service_names_the_callers_own_folder_as_the_root_of_workspaces()
    {
        using HttpClient ada = await Edge.UserAsync("ada");
        Assert.Equal(
            $"{{\"workspace_roots\":[\"{Edge.Data.Workspaces}/ada\",\"{Edge.Data.Workspaces}/shared\"]}}\n",
            (await Edge.SendAsync(ada, "GET", "/workspace_roots")).Text);
    }

    [Fact]
    public async Task A_workspace_of_an_earlier_release_stays_with_the_owner_of_its_first_job()
    {
        using HttpClient ada = await Edge.UserAsync("ada"), bob = await Edge.UserAsync("bob");
        string shared = $"{Edge.Data.Workspaces}/shared/earlier";
        await Edge.SubmitAsync(ada, $"\"workflow_workspace\": \"{shared}\"");
        await Edge.SubmitAsync(bob, $"\"workflow_workspace\": \"{shared}\"");
        var jobs = Edge.Service<JobService>();
        var now = new UserWorkspaces(new WorkspacePath([Edge.Data.Workspaces], []), jobs.FirstOwner);
        Assert.Null(now.Problem(shared, "ada"));
        Assert.NotNull(now.Problem(shared, "bob"));
        Assert.NotNull(now.Problem($"{shared}/below", "ada"));
    }

    [Fact]
    public void A_path_outside_the_roots_is_refused_even_to_the_owner_of_a_job_there() => Assert.NotNull(
        new UserWorkspaces(new WorkspacePath(["/root-of-workspaces"], []), _ => "ada").Problem("/elsewhere/w", "ada"));
}
