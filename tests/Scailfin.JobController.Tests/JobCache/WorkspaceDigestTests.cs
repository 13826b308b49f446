using System.Diagnostics;
using Scailfin.JobController.JobCache;

namespace Scailfin.JobController.Tests.JobCache;

/// <summary>Contract C.14: the digest of a workspace; expected digests are those of Python's os.walk and hashlib.</summary>
public sealed class WorkspaceDigestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scailfin-digest-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_files_it_is_that_of_nothing() => Assert.Equal("d41d8cd98f00b204e9800998ecf8427e", Compute());

    [Fact]
    public void Directories_are_ordered_by_their_lists_of_names_and_files_taken_in_blocks()
    {
        // The folder without files comes first, then "a.txt" of the deepest one, "b.bin", and the root's "c.txt" at last.
        Write("c.txt", "root");
        Write("z/y/a.txt", "deep");
        Write("m/b.bin", new string('x', 10_000));
        Write("m/n/empty/e", "");
        Assert.Equal("0a1beb7a9432212a71fd1817d140735e", Compute());
    }

    [Fact]
    public void Links_within_are_followed_to_files_only()
    {
        Write("a.txt", "one");
        File.CreateSymbolicLink(In("b.txt"), "a.txt");
        Directory.CreateDirectory(In("d"));
        Directory.CreateSymbolicLink(In("d/up"), "..");
        Assert.Equal("57d0b0e96e24d9d43c7c1995b0ea4d18", Compute());
    }

    [Fact]
    public void What_cannot_be_read_matches_nothing()
    {
        File.CreateSymbolicLink(In("nowhere"), "missing");
        Assert.Null(Compute());
        Assert.Null(WorkspaceDigest.Compute(In("missing"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("loop")]
    public void A_link_out_of_the_workspace_matches_nothing(string target)
    {
        File.CreateSymbolicLink(In("loop"), target);
        Assert.Null(Compute());
    }

    [Fact]
    public void A_pipe_is_not_waited_for()
    {
        Process.Start(new ProcessStartInfo("mkfifo") { ArgumentList = { In("pipe") } })!.WaitForExit();
        Assert.Equal("d41d8cd98f00b204e9800998ecf8427e", Compute());
    }

    [Fact]
    public void Name_lists_compare_by_code_points()
    {
        string[][] ordered = [[], ["A"], ["a"], ["a", "a"], ["aa"], ["\uff41"], ["\U0001f600"]];
        for (int left = 0; left < ordered.Length; left++)
        {
            for (int right = 0; right < ordered.Length; right++)
                Assert.Equal(left.CompareTo(right), Math.Sign(NameListOrder.Instance.Compare(ordered[left], ordered[right])));
        }
    }

    private string? Compute() => WorkspaceDigest.Compute(_folder, TestContext.Current.CancellationToken);

    private string In(string name) => Path.Combine(_folder, name);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(name))!);
        File.WriteAllText(In(name), text);
    }
}
