using CsCheck;
using Scailfin.JobController.Database;

namespace Scailfin.JobController.Tests.Database;

public sealed class SqlAlchemyUrlTests
{
    [Fact]
    public void The_driver_is_stripped()
    {
        SqlAlchemyUrl url = Parse("postgresql+psycopg2://reana:secret@reana-db.default:5432/reana");
        Assert.Equal(
            ("postgresql", "psycopg2", "reana", "secret", "reana-db.default", 5432, "reana"),
            (url.Dialect, url.Driver, url.User, url.Password!.Reveal(), url.Host, url.Port, url.Database));
    }

    [Theory]
    [InlineData("postgresql://")]
    [InlineData("postgresql:///")]
    public void Every_part_may_be_missing(string text)
    {
        SqlAlchemyUrl url = Parse(text);
        Assert.Equal((null, null, null, null, null, null), (url.Driver, url.User, url.Password, url.Host, url.Port, url.Database));
        Assert.Empty(url.Query);
    }

    [Theory]
    [InlineData("p%40ss", "p@ss")]
    [InlineData("p%3Ass%2F", "p:ss/")]
    [InlineData("a+b", "a+b")]
    [InlineData("a%2Bb%20c", "a+b c")]
    [InlineData("p:a/s?s", "p:a/s?s")]
    [InlineData("100%", "100%")]
    [InlineData("%zz", "%zz")]
    [InlineData("%C3%A9", "\u00e9")]
    [InlineData("", "")]
    public void A_password_is_percent_decoded_and_a_plus_is_a_plus(string written, string meant) =>
        Assert.Equal(meant, Parse($"postgresql://u:{written}@h/d").Password!.Reveal());

    [Fact]
    public void A_user_without_a_password_has_none() => Assert.Null(Parse("postgresql://u@h/d").Password);

    [Theory]
    [InlineData("postgresql://[2001:db8::1]:5433/d", "2001:db8::1", 5433)]
    [InlineData("postgresql://u:p@[::1]/d", "::1", null)]
    [InlineData("postgresql://u:p@/d", null, null)]
    [InlineData("postgresql://h:/d", "h", null)]
    public void Hosts_and_ports(string text, string? host, int? port) => Assert.Equal((host, port), (Parse(text).Host, Parse(text).Port));

    [Fact]
    public void The_query_is_decoded_with_plus_as_a_blank() =>
        Assert.Equal(
            [KeyValuePair.Create("sslmode", "require"), KeyValuePair.Create("application_name", "my app")],
            Parse("postgresql://h/d?sslmode=require&application_name=my+app").Query);

    [Theory]
    [InlineData("")]
    [InlineData("postgresql")]
    [InlineData("postgresql:/h/d")]
    [InlineData("://h/d")]
    [InlineData("postgresql://h:port/d")]
    [InlineData("postgresql://h:65536/d")]
    [InlineData("postgresql://h:0/d")]
    [InlineData("postgresql://u:pa@ss?word@h/d")]
    [InlineData("postgresql://u:pa@ss/word@h/d")]
    public void What_is_no_address_is_refused(string text) => Assert.Null(SqlAlchemyUrl.Parse(text));

    [Fact]
    public void Any_user_and_password_survive_being_written_and_read() =>
        Gen.Select(Gen.String, Gen.String).Where((user, _) => user.Length > 0 && !HasLoneSurrogate(user)).Sample((user, password) =>
        {
            string text = HasLoneSurrogate(password) ? "" : password;
            SqlAlchemyUrl url = Parse($"postgresql+psycopg2://{Uri.EscapeDataString(user)}:{Uri.EscapeDataString(text)}@h:1/d");
            return url.User == user && url.Password!.Reveal() == text && (url.Host, url.Port, url.Database) == ("h", 1, "d");
        });

    private static bool HasLoneSurrogate(string text) => text.EnumerateRunes().Any(rune => rune == System.Text.Rune.ReplacementChar);

    private static SqlAlchemyUrl Parse(string text) => Assert.IsType<SqlAlchemyUrl>(SqlAlchemyUrl.Parse(text));
}
