using Scailfin.Core.Workspaces;

namespace Scailfin.Core.Tests.Workspaces;

public sealed class WorkspacePathTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("scailfin-workspace-").FullName;
    private readonly string _root;
    private readonly string _outside;
    private readonly WorkspacePath _paths;

    public WorkspacePathTests()
    {
        _root = Directory.CreateDirectory(Path.Combine(_home, "root")).FullName;
        _outside = Directory.CreateDirectory(Path.Combine(_home, "outside")).FullName;
        Directory.CreateDirectory(Path.Combine(_outside, "inner"));
        _paths = new WorkspacePath([_root]);
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("ws")]
    [InlineData("ws/")]
    [InlineData("users/one/workflows/ws")]
    [InlineData("a/../ws")]
    [InlineData("..ws")]
    [InlineData("a workspace with spaces and ümlauts")]
    public void What_lies_under_the_root_may_be_used_whether_it_exists_or_not(string below) =>
        Assert.Null(_paths.Problem($"{_root}/{below}"));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/.")]
    [InlineData("/ws/..")]
    [InlineData("/../outside")]
    [InlineData("/ws/../../outside")]
    [InlineData("-sibling/ws")]
    [InlineData("sibling")]
    public void The_root_itself_its_siblings_and_what_dots_lead_to_are_refused(string tail) =>
        Assert.NotNull(_paths.Problem(_root + tail));

    [Theory]
    [InlineData("ws")]
    [InlineData("./ws")]
    [InlineData("")]
    public void A_relative_path_is_refused(string path) =>
        Assert.Contains("not an absolute path", _paths.Problem(path), StringComparison.Ordinal);

    [Theory]
    [InlineData('\n')]
    [InlineData('\0')]
    [InlineData('\u007f')]
    [InlineData('\u0085')]
    public void Control_characters_are_refused(char control) =>
        Assert.Contains("control characters", _paths.Problem($"{_root}/w{control}s"), StringComparison.Ordinal);

    [Fact]
    public void A_link_that_leads_out_is_refused()
    {
        Link("out", _outside);
        Assert.NotNull(_paths.Problem($"{_root}/out"));
        Assert.NotNull(_paths.Problem($"{_root}/out/inner"));
        Assert.NotNull(_paths.Problem($"{_root}/out/not-there-yet"));
    }

    [Fact]
    public void A_relative_link_that_leads_out_is_refused()
    {
        Link("out", "../outside");
        Assert.NotNull(_paths.Problem($"{_root}/out/inner"));
    }

    [Fact]
    public void A_link_through_another_link_that_leads_out_is_refused()
    {
        Link("hop", _outside);
        Link("out", $"{_root}/hop/inner");
        Assert.NotNull(_paths.Problem($"{_root}/out"));
    }

    [Fact]
    public void Dots_behind_a_link_are_followed_as_the_operating_system_follows_them()
    {
        // The kernel goes to outside/inner first and up from there; the text alone would say root/ws.
        Link("hop", $"{_outside}/inner");
        Assert.NotNull(_paths.Problem($"{_root}/hop/../ws"));
    }

    [Fact]
    public void Links_that_go_round_in_a_circle_are_refused()
    {
        Link("a", $"{_root}/b");
        Link("b", $"{_root}/a");
        Assert.NotNull(_paths.Problem($"{_root}/a/ws"));
    }

    [Fact]
    public void A_dangling_link_that_leads_out_is_refused()
    {
        Link("out", $"{_outside}/not-there-yet");
        Assert.NotNull(_paths.Problem($"{_root}/out/ws"));
    }

    [Fact]
    public void A_link_that_stays_inside_may_be_used()
    {
        Directory.CreateDirectory(Path.Combine(_root, "real"));
        Link("link", $"{_root}/real");
        Assert.Null(_paths.Problem($"{_root}/link/ws"));
    }

    [Fact]
    public void A_root_that_is_a_link_itself_allows_what_lies_under_it()
    {
        Link("link-root", _outside);
        Assert.Null(new WorkspacePath([$"{_root}/link-root"]).Problem($"{_root}/link-root/ws"));
    }

    [Fact]
    public void Any_of_several_roots_will_do_and_the_problem_names_them_all()
    {
        var paths = new WorkspacePath([_root, _outside]);
        Assert.Null(paths.Problem($"{_outside}/ws"));
        Assert.Contains($"{_root}, {_outside}", paths.Problem("/etc/passwd"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ada/w")]
    [InlineData("ada/a/b")]
    [InlineData("ada/../ada/w")]
    [InlineData("common/bobs")]
    public void A_user_works_in_his_own_folder_and_in_what_the_operator_shares(string below) =>
        Assert.Null(OfUsers.Problem($"{_root}/{below}", "ada"));

    [Theory]
    [InlineData("bob/w")]
    [InlineData("ada")]
    [InlineData("ada/../bob/w")]
    [InlineData("adam/w")]
    [InlineData("w")]
    [InlineData("common")]
    public void Other_users_folders_the_folder_itself_and_what_lies_beside_are_refused_with_the_users_name(string below) =>
        Assert.Equal(
            $"'{_root}/{below}' is not a workspace of user 'ada', whose workspaces lie in {_root}/ada, {_root}/common.",
            OfUsers.Problem($"{_root}/{below}", "ada"));

    [Fact]
    public void A_link_into_another_users_folder_is_refused_whoever_put_it_there()
    {
        Directory.CreateDirectory($"{_root}/ada");
        Directory.CreateDirectory($"{_root}/bob/w");
        Link("ada/w", $"{_root}/bob/w");
        Link("eve", $"{_root}/bob");
        Assert.NotNull(OfUsers.Problem($"{_root}/ada/w", "ada"));
        Assert.NotNull(OfUsers.Problem($"{_root}/eve/w", "eve"));
    }

    [Fact]
    public void Where_users_are_not_told_apart_the_root_is_everybodys()
    {
        Assert.Null(_paths.Problem($"{_root}/bob/w", "ada"));
        Assert.Equal([_root], _paths.FoldersOf("ada"));
    }

    private WorkspacePath OfUsers => new([_root], [$"{_root}/common"]);

    private void Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(_root, name), target);
}
