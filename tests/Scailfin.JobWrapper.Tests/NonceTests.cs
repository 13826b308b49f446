using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper.Receipts;
using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>A receipt counts only with the nonce that its attempt's wrapper alone was given.</summary>
public sealed class NonceTests(HpcContainer site) : IDisposable
{
    private const string Nonce = "00112233445566778899aabbccddeeff";

    // The attempt's directory as with HTCondor and a shared workspace: inside the workspace.
    private const string Before = "mkdir -p ws/.scailfin/attempt && cp wrapper.sh ws/.scailfin/attempt/";

    private const string Look =
        """
        echo kept >made
        ls -A .scailfin
        find PLACE \( -path /proc -o -path /sys -o -path /dev \) -prune -o -type f -exec grep -l "^nonce='[0-9a-f]" {} +
        for file in /proc/[0-9]*/fd/*; do if [ -f "$file" ] && grep -q "^nonce='[0-9a-f]" "$file"; then echo "$file"; fi; done
        """;

    private static readonly SemaphoreSlim Gate = new(1);
    private static IReadOnlyDictionary<string, AttemptResult>? _results;

    private readonly string _directory = Directory.CreateTempSubdirectory("scailfin-nonce-").FullName;
    private readonly Attempt _attempt = Specs.NewAttempt(Specs.Valid());

    public static TheoryData<string> Runtimes => ["apptainer", "bubblewrap", "charliecloud", "podman"];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_new_nonce_has_128_bits_and_is_never_the_same()
    {
        string[] nonces = [.. Enumerable.Range(0, 100).Select(_ => WrapperPlace.NewNonce())];
        Assert.Equal(100, nonces.Distinct().Count());
        Assert.All(nonces, nonce => Assert.Matches("^[0-9a-f]{32}$", nonce));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("00112233445566778899AABBCCDDEEFF")]
    [InlineData("'; touch x; 00112233445566778899")]
    public void A_nonce_of_another_form_is_refused(string nonce) => Assert.Throws<ArgumentException>(() => Render(nonce));

    [Fact]
    public void The_nonce_is_found_again_in_the_script_that_was_rendered()
    {
        Assert.Equal(Nonce, WrapperScript.NonceOf(Render(Nonce)));
        Assert.Null(WrapperScript.NonceOf(Render("")));
        Assert.Null(WrapperScript.NonceOf(""));
        string script = Path.Combine(_directory, "wrapper.sh");
        Assert.Null(WrapperScript.NonceOfFile(script));
        File.WriteAllText(script, Render(Nonce));
        Assert.Equal(Nonce, WrapperScript.NonceOfFile(script));
    }

    [Fact]
    public void No_text_of_a_user_is_taken_for_the_nonce()
    {
        string line = $"\nnonce='{Nonce}'\n";
        Attempt attempt = _attempt with { Spec = _attempt.Spec with { DockerImage = line, WorkflowWorkspace = $"/w{line}" } };
        Assert.Null(WrapperScript.NonceOf(WrapperScript.Render(attempt, new SiteProfile(), WrapperPlace.Shared("/d"))));
    }

    [Fact]
    public void A_link_is_no_script_to_find_a_nonce_in()
    {
        File.WriteAllText(Path.Combine(_directory, "elsewhere"), Render(Nonce));
        string link = Path.Combine(_directory, "wrapper.sh");
        File.CreateSymbolicLink(link, "elsewhere");
        Assert.Throws<FormatException>(() => WrapperScript.NonceOfFile(link));
    }

    [Fact]
    public void A_receipt_with_the_attempts_nonce_is_read_and_another_one_is_refused_with_a_reason()
    {
        string own = Write(Nonce), none = Write(null), other = Write(Nonce.Replace('0', '1'));
        Assert.Equal((7, Nonce), (Receipt.ReadOf(_attempt, own, Nonce)?.ExitCode, Receipt.ReadOf(_attempt, own, Nonce)?.Nonce));
        Assert.Null(Receipt.ReadOf(_attempt, Path.Combine(_directory, "missing"), Nonce));
        Assert.NotNull(Receipt.ReadOf(_attempt, none, null));
        FormatException without = Assert.Throws<FormatException>(() => Receipt.ReadOf(_attempt, none, Nonce));
        FormatException differs = Assert.Throws<FormatException>(() => Receipt.ReadOf(_attempt, other, Nonce));
        Assert.Equal(
            $"The receipt {none} names attempt {_attempt.Identity}, but the attempt's own wrapper did not write it: it has no nonce.",
            without.Message);
        Assert.EndsWith("its nonce is another one.", differs.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Nonce, without.Message + differs.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task A_step_in_a_container_finds_neither_its_wrappers_script_nor_the_place_of_its_receipt(string runtime)
    {
        AttemptResult result = await OfAsync(runtime);
        Assert.True(result is { Output: "", Receipt.ExitCode: 0 }, result.ToString());
        Assert.Equal("kept\n", result.Text("ws/made"));
    }

    [Fact]
    public async Task The_receipt_repeats_the_nonce_of_its_script()
    {
        AttemptResult result = await OfAsync("bubblewrap");
        Assert.Matches("^[0-9a-f]{32}$", result.Receipt?.Nonce);
        Assert.Equal(WrapperScript.NonceOfFile(new WrapperFiles(result.Folder).Script), result.Receipt?.Nonce);
    }

    [Fact]
    public async Task Without_a_container_the_step_can_read_what_its_user_can()
    {
        AttemptResult result = await OfAsync("none");
        Assert.StartsWith("attempt\n./.scailfin/attempt/wrapper.sh\n", result.Output, StringComparison.Ordinal);
    }

    private string Render(string nonce) =>
        WrapperScript.Render(_attempt, new SiteProfile(), WrapperPlace.Shared("/d") with { Nonce = nonce });

    private string Write(string? nonce)
    {
        string path = Path.Combine(_directory, $"receipt-{nonce}.json");
        File.WriteAllText(
            path,
            $$"""
            {"version":1,"job_id":"{{_attempt.JobId}}","attempt":{{_attempt.Number}},"exit_code":7,"failed_phase":null,"cause":"",
            "message":"","runtime":"none",{{(nonce is null ? "" : $"\"nonce\":\"{nonce}\",")}}"ended_at":3000,"step_may_have_run":true}
            """);
        return path;
    }

    private async Task<AttemptResult> OfAsync(string runtime)
    {
        var target = new RuntimeTarget { Name = "nonce", Profile = new SiteProfile() };
        await Gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _results ??= await AttemptBatch.RunAsync(site, target, Runtimes.Select(row => Looked(row.Data)).Append(Looked("none")));
        }
        finally
        {
            Gate.Release();
        }

        return _results[runtime];
    }

    private static Scenario Looked(string runtime) =>
        new(runtime, Look.Replace("PLACE", runtime == "none" ? "." : "/", StringComparison.Ordinal))
        {
            Staging = StagingMode.Shared,
            Directory = "{P}/ws/.scailfin/attempt",
            Site = site => site with { Runtimes = [runtime] },
            Spec = spec => runtime == "none" ? spec with { DockerImage = "" } : spec,
            Before = Before,
            After = "cp -r ws/.scailfin/attempt/. .",
        };
}
