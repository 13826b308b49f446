using CsCheck;
using Scailfin.JobController.Database;
using Scailfin.JobController.Hosting;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.Storage.PostgreSql;

namespace Scailfin.JobController.Tests.Database;

public sealed class DatabaseSettingsTests
{
    private const string Word = "hunter2";

    [Fact]
    public void A_standalone_service_has_a_database_of_its_own()
    {
        DatabaseSettings database = TestSettings.Standalone().Database;
        Assert.Equal((DatabaseKind.Sqlite, 2, "auto"), (database.Kind, database.PoolSize, database.Layout));
    }

    [Fact]
    public void A_standalone_service_uses_its_own_variable_only()
    {
        DatabaseSettings database = TestSettings.Standalone(
            "SCAILFIN_DATABASE=postgresql://me@db.site:6432/jobs?sslmode=require&connect_timeout=5",
            "REANA_SQLALCHEMY_DATABASE_URI=postgresql://reana@reana-db/reana").Database;
        Assert.Equal(
            (DatabaseKind.PostgreSql, "db.site", 6432, "me", "jobs"),
            (database.Kind, database.Host, database.Port, database.User, database.Database));
        Assert.Equal("require", database.Parameters["sslmode"]);
        Assert.Equal("5", database.Parameters["connect_timeout"]);
    }

    [Fact]
    public void A_sidecar_uses_reanas_url_before_reanas_parts()
    {
        DatabaseSettings database = TestSettings.Sidecar(
            "REANA_SQLALCHEMY_DATABASE_URI=postgresql+psycopg2://u:p%40@h/d", "REANA_DB_HOST=other").Database;
        Assert.Equal(
            ("h", "u", "p@", "d", 1), (database.Host, database.User, database.Password!.Reveal(), database.Database, database.PoolSize));
    }

    [Fact]
    public void A_sidecar_composes_the_address_of_reanas_parts()
    {
        DatabaseSettings database = TestSettings.Sidecar(
            "REANA_DB_PASSWORD=a@b:c%2Fd", "REANA_COMPONENT_PREFIX=site", "REANA_INFRASTRUCTURE_KUBERNETES_NAMESPACE=infra").Database;
        Assert.Equal(
            (DatabaseKind.PostgreSql, "site-db.infra", 5432, "reana", "a@b:c/d", "reana"),
            (database.Kind, database.Host, database.Port, database.User, database.Password!.Reveal(), database.Database));
    }

    [Fact]
    public void A_sidecar_says_that_it_does_not_use_our_variable() =>
        Assert.Contains(
            TestSettings.Sidecar("SCAILFIN_DATABASE=postgresql://h/d").Notes,
            note => note.StartsWith("SCAILFIN_DATABASE", StringComparison.Ordinal));

    [Fact]
    public void A_url_without_parts_means_this_host_and_the_users_own_database()
    {
        DatabaseSettings database = TestSettings.Standalone("SCAILFIN_DATABASE=postgresql://").Database;
        Assert.Equal(("localhost", 5432, null, null), (database.Host, database.Port, database.User, database.Database));
    }

    [Fact]
    public void Numbers_are_read_as_reana_reads_them()
    {
        DatabaseSettings database = TestSettings.Sidecar(
            "SQLALCHEMY_POOL_SIZE=5.0", "SQLALCHEMY_MAX_OVERFLOW=1e1", "SQLALCHEMY_POOL_TIMEOUT=7.9").Database;
        Assert.Equal((5, 10, TimeSpan.FromSeconds(7)), (database.PoolSize, database.Overflow, database.PoolTimeout));
    }

    [Theory]
    [InlineData("SQLALCHEMY_POOL_SIZE=many")]
    [InlineData("SQLALCHEMY_POOL_SIZE=0")]
    [InlineData("SQLALCHEMY_POOL_SIZE=NaN")]
    [InlineData("SQLALCHEMY_POOL_TIMEOUT=1e99")]
    [InlineData("REANA_DB_PORT=65536")]
    [InlineData("SCAILFIN_DATABASE_LAYOUT=mine")]
    public void A_wrong_value_is_a_problem_that_names_it(string variable)
    {
        string problem = Assert.Single(TestSettings.Problems(ServiceMode.Sidecar, variable));
        Assert.StartsWith(variable.Replace("=", " is '", StringComparison.Ordinal) + "', but must be ", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sslmode", "nonsense", "one of: disable, allow, prefer, require, verify-ca, verify-full")]
    [InlineData("sslmode", "Require", "one of: disable, allow, prefer, require, verify-ca, verify-full")]
    [InlineData("connect_timeout", "5s", "a whole number of seconds from 0 to 3600")]
    public void A_parameter_of_the_url_is_refused_with_its_value_and_its_rule(string name, string value, string rule)
    {
        Assert.Equal(
            [$"the parameter {name} of SCAILFIN_DATABASE is '{value}', but must be {rule}"],
            TestSettings.Problems(ServiceMode.Standalone, $"SCAILFIN_DATABASE=postgresql://h/d?{name}={value}"));
        Assert.Single(TestSettings.Problems(ServiceMode.Sidecar, $"REANA_SQLALCHEMY_DATABASE_URI=postgresql://h/d?{name}={value}"));
    }

    [Theory]
    [InlineData("?sslmode=verify-full", PostgreSqlSslMode.VerifyFull)]
    [InlineData("?sslmode=allow", PostgreSqlSslMode.Prefer)]
    [InlineData("", PostgreSqlSslMode.Prefer)]
    public void The_url_says_whether_to_encrypt(string parameters, PostgreSqlSslMode mode) =>
        Assert.Equal(mode, TestSettings.Standalone($"SCAILFIN_DATABASE=postgresql://h/d{parameters}").Database.SslMode);

    [Theory]
    [InlineData("SCAILFIN_DATABASE_LAYOUT", "own")]
    [InlineData("SCAILFIN_JOB_CACHE", "true")]
    public void A_setting_for_PostgreSQL_is_refused_without_it(string name, string value)
    {
        Assert.Equal(
            [$"{name} is '{value}', but must be unset if SCAILFIN_DATABASE is unset, because it would have no effect"],
            TestSettings.Problems(ServiceMode.Standalone, $"{name}={value}"));
        Assert.Empty(TestSettings.Problems(ServiceMode.Standalone, $"{name}={value}", "SCAILFIN_DATABASE=postgresql://h/d"));
        Assert.Empty(TestSettings.Problems(ServiceMode.Sidecar, $"{name}={value}"));
    }

    [Theory]
    [InlineData("mysql://u:hunter2@h/d", "SCAILFIN_DATABASE names the dialect 'mysql'")]
    [InlineData("postgresql://u:hunter2@h/d?hostaddr=1", "SCAILFIN_DATABASE has the parameter 'hostaddr'")]
    [InlineData("postgresql://u:a@hunter2?x@h/d", "SCAILFIN_DATABASE is '***'")]
    [InlineData("hunter2", "SCAILFIN_DATABASE is '***'")]
    public void A_wrong_url_is_refused_without_its_password(string url, string start)
    {
        string problem = Assert.Single(TestSettings.Problems(ServiceMode.Standalone, $"SCAILFIN_DATABASE={url}"));
        Assert.StartsWith(start, problem, StringComparison.Ordinal);
        Assert.DoesNotContain(Word, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void However_a_password_is_written_no_problem_shows_it()
    {
        Gen<string> odd = Gen.String[Gen.Char["@:/?#%&=+[] x"], 0, 8];
        Gen.Select(odd, odd).Sample((before, after) =>
        {
            SettingsReport report =
                TestSettings.Report(ServiceMode.Standalone, $"SCAILFIN_DATABASE=postgresql://u:{before}{Word}{after}@h/d");
            string shown = string.Concat(report.Problems) + report.Settings + string.Concat(report.Effective);
            return !shown.Contains(Word, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Printing_shows_no_password()
    {
        ServiceSettings settings = TestSettings.Sidecar(
            $"REANA_SQLALCHEMY_DATABASE_URI=postgresql://u:{Word}@h/d", $"REANA_DB_PASSWORD={Word}");
        Assert.DoesNotContain(Word, settings.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Word, settings.Database.ToString(), StringComparison.Ordinal);
        Assert.Contains(Secret.Shown, settings.Database.ToString(), StringComparison.Ordinal);
    }
}
