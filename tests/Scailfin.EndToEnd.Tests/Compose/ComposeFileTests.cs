using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.Compose;

/// <summary>deploy/compose.yaml as it is written.</summary>
public sealed partial class ComposeFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scailfin-compose-").FullName;

    public static TheoryData<string> Services { get; } = [.. ServicesOf().Select(service => service.Key)];

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_port_is_one_of_this_machine_alone(string service) => Assert.All(
        Texts(service, "ports"), port => Assert.Matches(@"^127\.0\.0\.1:\$\{[A-Z]+_PORT:-[0-9]+\}:[0-9]+$", port));

    [Theory]
    [MemberData(nameof(Services))]
    public void A_variable_replaces_the_image(string service) =>
        Assert.Matches(@"^\$\{[A-Z]+_IMAGE:-[a-z/-]+:[a-z0-9.-]+\}$", (string?)ServicesOf()[service]!["image"]);

    [Theory]
    [MemberData(nameof(Services))]
    public void A_secret_comes_from_a_variable_that_must_be_set(string service)
    {
        foreach ((string name, JsonNode? value) in ServicesOf()[service]!["environment"]?.AsObject() ?? [])
        {
            if (SecretName().IsMatch(name))
                Assert.Matches(@"\$\{[A-Z]+_PASSWORD:\?deploy/compose/passwords\.sh makes it\}", (string?)value);
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_that_stays_is_checked_and_started_again(string service)
    {
        JsonNode one = ServicesOf()[service]!;
        Assert.Equal(one["restart"] is not null, one["healthcheck"] is not null);
        Assert.Equal(service != "prepare", one["restart"] is not null);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void What_is_mounted_is_a_named_volume_or_a_file_of_the_repository_that_cannot_be_written(string service)
    {
        foreach (string volume in Texts(service, "volumes"))
        {
            string source = volume.Split(':')[0];
            if (!source.StartsWith("./", StringComparison.Ordinal))
                Assert.True(ComposeFile.Read()["volumes"]!.AsObject().ContainsKey(source), volume);
            else
                Assert.True(volume.EndsWith(":ro", StringComparison.Ordinal)
                    && File.Exists(RepositoryFile.Path("deploy/" + source)), volume);
        }
    }

    [Fact]
    public void The_service_is_of_this_version()
    {
        string version = XDocument.Load(RepositoryFile.Path("Directory.Build.props")).Descendants("Version").Single().Value;
        Assert.Contains($":-scailfin/job-controller:{version}-hpc}}", (string?)ServicesOf()["service"]!["image"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_service_writes_to_its_volumes_and_a_temporary_folder_only_and_has_no_right_of_root()
    {
        JsonNode service = ServicesOf()["service"]!;
        Assert.Equal(
            """["1000:1000",true,["ALL"],["no-new-privileges:true"],["/tmp"]]""",
            new JsonArray(
                [.. new[] { "user", "read_only", "cap_drop", "security_opt", "tmpfs" }.Select(key => service[key]!.DeepClone())])
                .ToJsonString());
    }

    [Fact]
    public async Task The_passwords_differ_and_lie_in_a_file_for_its_owner_alone_that_stays_as_it_is()
    {
        string file = Path.Combine(_folder, "variables");
        await ComposeFile.MakePasswordsAsync(file);
        string text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Match passwords = Passwords().Match(text);
        Assert.True(passwords.Success, text);
        Assert.NotEqual(passwords.Groups["database"].Value, passwords.Groups["broker"].Value);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        await ComposeFile.MakePasswordsAsync(file);
        Assert.Equal(text, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_passwords_nothing_starts_and_the_error_names_the_script_that_makes_them()
    {
        string file = Path.Combine(_folder, "variables");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        string[] program = await ComposeProject.RequireProgramAsync();
        CommandResult result = await BoundedProcess.RunAsync(
            [.. program, "--file", ComposeFile.Path, "--env-file", file, "config"], "", TimeSpan.FromMinutes(1));
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("deploy/compose/passwords.sh makes it", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static JsonObject ServicesOf() => ComposeFile.Read()["services"]!.AsObject();

    private static IEnumerable<string> Texts(string service, string key) =>
        ServicesOf()[service]![key]?.AsArray().Select(text => (string)text!) ?? [];

    [GeneratedRegex("PASS|SECRET|TOKEN|KEY|DATABASE", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretName();

    [GeneratedRegex(
        @"\APOSTGRES_PASSWORD=(?<database>[0-9a-f]{48})\nRABBITMQ_PASSWORD=(?<broker>[0-9a-f]{48})\n\z",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Passwords();
}
