using Scailfin.Core.JobManagers;
using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>
/// An image's maker puts links into it. They are followed beneath the image, as the step sees them; on the node they might lead anywhere.
/// </summary>
public sealed class ImageLinksTests(HpcContainer site)
{
    private const string Outside = "outside\noutside/environment\noutside/resolv.conf\noutside/secret\noutside/tmp\n";

    /// <summary>
    /// The directories of images that are links; bubblewrap has the node's files at /oldroot while it makes its mount points.
    /// </summary>
    private const string Preparation =
        """
        (mkdir FOLDER/outside FOLDER/outside/tmp FOLDER/elsewhere && cd FOLDER/images && printf 'the secret\n' >../outside/secret &&
        : >../outside/resolv.conf && printf 'LEAK=the secret\n' >../outside/environment &&
        for image in etc data var ch ways ../elsewhere/box; do cp -a box $image; done && rm -r etc/etc var/var &&
        ln -s FOLDER/outside etc/etc && ln -s /oldroot/FOLDER/outside data/data && ln -s FOLDER/outside var/var &&
        ln -s FOLDER/outside ch/ch &&
        ln -s / ways/out && ln -s ../../elsewhere ways/elsewhere && mkdir team && ln -s ../box team/near && ln -s ../elsewhere/box linked)
        """;

    private const string Step =
        "cat /etc/secret /data/secret /var/secret /ch/secret /secret 2>/dev/null; echo \"ran $LEAK\"; cat /data/x/bound 2>/dev/null";

    private static readonly string[] Kinds = ["apptainer", "bubblewrap", "charliecloud", "podman"];
    private static readonly string[] Images = ["etc", "data", "var", "ch"];
    private static readonly string[] Ways = ["ways/out", "ways/elsewhere/box", "/ways/out", "team/near", "linked", "/linked"];

    private static readonly SemaphoreSlim Gate = new(1);
    private static readonly Dictionary<string, IReadOnlyDictionary<string, AttemptResult>> Results = new(StringComparer.Ordinal);

    public static TheoryData<string, string, string> Cases =>
    [
        .. from user in (string[])["alice", "root"]
           from runtime in Kinds
           where (user, runtime) != ("root", "charliecloud")
           from image in Images
           select (user, runtime, image),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_directory_of_an_image_that_is_a_link_leads_nowhere_on_the_node(string user, string runtime, string image)
    {
        AttemptResult result = (await OfAsync(user))[NameOf(runtime, image)];
        Assert.Equal(Outside, result.Text("outside"));
        Assert.DoesNotContain("the secret", result.ToString(), StringComparison.Ordinal);

        // Other runtimes, whose mounts are not the wrapper's work, may refuse such an image.
        if (runtime == "bubblewrap" || image is "var" or "ch")
            Assert.Contains("ran \n", result.Output, StringComparison.Ordinal);
        if ((runtime, image) == ("bubblewrap", "data"))
            Assert.EndsWith("bound\n", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ways/out", "/")]
    [InlineData("/ways/out", "/")]
    [InlineData("ways/elsewhere/box", "elsewhere/box")]
    public async Task A_link_in_an_image_that_leads_out_of_the_image_directories_is_no_image(string image, string target)
    {
        AttemptResult result = (await OfAsync("alice"))[NameOf("ways", image)];
        Assert.True(result.Receipt is { ExitCode: 127, FailedPhase: "runtime", StepMayHaveRun: false }, result.ToString());
        Assert.Contains(
            $"{target}', which lies in no image directory, and is not used.", result.Receipt.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linked")]
    [InlineData("/linked")]
    [InlineData("team/near")]
    public async Task A_link_of_the_operator_is_followed(string image) =>
        Assert.Equal("ran \n", (await OfAsync("alice"))[NameOf("ways", image)].Output);

    private static string NameOf(string kind, string image) => $"{kind}-{image.Replace('/', '-')}";

    private static Scenario Trying(string runtime, string image, string name) => new(name, Step)
    {
        Site = site => site with { Runtimes = [runtime], Binds = image == "data" ? ["{P}/bound:/data/x"] : [] },
        Staging = StagingMode.Shared,
        Spec = spec => spec with
        {
            DockerImage = image[0] == '/' ? Path.GetFullPath(spec.WorkflowWorkspace + "/../../../images") + image : image,
        },
        Before = "mkdir ws bound && echo bound >bound/bound",
        After = "(cd ../.. && find outside | sort) >outside",
    };

    private async Task<IReadOnlyDictionary<string, AttemptResult>> OfAsync(string user)
    {
        await Gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!Results.TryGetValue(user, out IReadOnlyDictionary<string, AttemptResult>? results))
            {
                var target = new RuntimeTarget { Name = "links", User = user, Profile = new SiteProfile(), Preparation = Preparation };
                IEnumerable<Scenario> all =
                [
                    .. from runtime in Kinds from image in Images select Trying(runtime, image, NameOf(runtime, image)),
                    .. from image in Ways select Trying("bubblewrap", image, NameOf("ways", image)),
                ];
                results = Results[user] = await AttemptBatch.RunAsync(site, target, all);
            }

            return results;
        }
        finally
        {
            Gate.Release();
        }
    }
}
