using Scailfin.JobController.Access;
using Scailfin.JobController.Hosting;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Access;

public sealed class JwtSettingsTests
{
    private static readonly string[] All =
    [
        "SCAILFIN_JWT_ISSUER=https://id/", "SCAILFIN_JWT_AUDIENCE=scailfin", "SCAILFIN_JWT_KEYS=/etc/keys.json",
    ];

    [Fact]
    public void Without_them_no_signed_token_is_accepted() => Assert.Null(TestSettings.Standalone().Jwt);

    [Fact]
    public void Issuer_audience_and_keys_are_enough() =>
        Assert.Equal(
            new JwtSettings { Issuer = "https://id/", Audience = "scailfin", KeysFile = "/etc/keys.json" },
            TestSettings.Standalone(All).Jwt);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void None_of_the_three_goes_without_the_others(int index)
    {
        string problem = Assert.Single(TestSettings.Problems(ServiceMode.Standalone, [.. All.Where((_, place) => place != index)]));
        Assert.EndsWith($" must not be set without {All[index].Split('=')[0]}", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SCAILFIN_JWT_ADMIN_CLAIM=groups", "SCAILFIN_JWT_ADMIN_VALUE")]
    [InlineData("SCAILFIN_JWT_ADMIN_VALUE=ops", "SCAILFIN_JWT_ADMIN_CLAIM")]
    public void Claim_and_value_of_administrators_go_together(string variable, string missing) =>
        Assert.Contains(missing, Assert.Single(TestSettings.Problems(ServiceMode.Standalone, [.. All, variable])));

    [Theory]
    [InlineData("SCAILFIN_JWT_USER_CLAIM=email")]
    [InlineData("SCAILFIN_JWT_ADMIN_CLAIM=groups", "SCAILFIN_JWT_ADMIN_VALUE=ops")]
    public void A_claim_is_refused_where_no_signed_token_is_accepted(params string[] variables)
    {
        IReadOnlyList<string> problems = TestSettings.Problems(ServiceMode.Standalone, variables);
        Assert.Equal(variables.Length, problems.Count);
        Assert.All(problems, problem => Assert.Contains("unset if SCAILFIN_JWT_ISSUER is unset", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Misspelt_ones_are_errors() =>
        Assert.Contains("SCAILFIN_JWT_ISUER", Assert.Single(TestSettings.Problems(ServiceMode.Standalone, "SCAILFIN_JWT_ISUER=x")));

    [Fact]
    public void In_a_sidecar_they_have_no_effect_and_that_is_said()
    {
        ServiceSettings settings = TestSettings.Sidecar(All);
        Assert.Null(settings.Jwt);
        Assert.Contains(settings.Notes, note => note.Contains("SCAILFIN_JWT_"));
    }
}
