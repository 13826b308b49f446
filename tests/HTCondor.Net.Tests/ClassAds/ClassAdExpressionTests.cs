using CsCheck;
using HTCondor.Net.ClassAds;

namespace HTCondor.Net.Tests.ClassAds;

public sealed class ClassAdExpressionTests
{
    [Fact]
    public void Any_text_reads_back_as_itself_or_cannot_be_sent() => Expressions.Texts.Sample(text =>
    {
        ClassAdExpression literal = ClassAdExpression.Of(text);
        Assert.Equal(text, literal.AsText());
        Assert.Equal(text.AsSpan().ContainsAny('\n', '\r'), literal.Problem is not null);
        if (literal.Problem is null)
            Assert.Equal(text, Parsed(literal.Text).AsText());
    });

    [Fact]
    public void What_is_built_reads_back_as_the_same_expression() => Expressions.Any.Sample(built =>
    {
        if (built.Problem is not null)
            return;
        Assert.Equal(built.Text, Parsed(built.Text).Text);
    });

    [Fact]
    public void A_text_inside_an_expression_changes_nothing_else_in_it() => Expressions.Texts.Sample(text =>
    {
        ClassAdExpression whole =
            ClassAdExpression.Attribute("Owner").EqualTo(ClassAdExpression.Of(text)).And(ClassAdExpression.Attribute("Last"));
        if (whole.Problem is not null)
        {
            Assert.True(text.EndsWith('\\') || text.AsSpan().ContainsAny('\n', '\r'));
            return;
        }

        ClassAdExpression again = Parsed(whole.Text);
        Assert.Equal(whole, again);
        Assert.EndsWith(" && Last", again.Text, StringComparison.Ordinal);
    });

    [Fact]
    public void Only_needed_parentheses_are_written()
    {
        ClassAdExpression a = ClassAdExpression.Attribute("a"), b = ClassAdExpression.Attribute("b"), c = ClassAdExpression.Attribute("c");
        Assert.Equal("a && b && c", a.And(b).And(c).Text);
        Assert.Equal("a && (b && c)", a.And(b.And(c)).Text);
        Assert.Equal("(a || b) && c", a.Or(b).And(c).Text);
        Assert.Equal("a || b && c", a.Or(b.And(c)).Text);
        Assert.Equal("!(a == b)", a.EqualTo(b).Not().Text);
        Assert.Equal("(a ?: b) == c", a.OrElse(b).EqualTo(c).Text);
        Assert.Equal("(a ? b : c) + -1", a.Then(b, c).Plus(ClassAdExpression.Of(-1)).Text);
        Assert.Equal("a - (b - c)", a.Minus(b.Minus(c)).Text);
        Assert.Equal("ifThenElse(a, {b, \"x\"}, [n = c])", ClassAdExpression.Call(
            "ifThenElse", a, ClassAdExpression.List(b, ClassAdExpression.Of("x")), ClassAdExpression.Of(Ad("n", c))).Text);
    }

    [Fact]
    public void A_constraint_of_many_jobs_is_nested_a_little_only()
    {
        ClassAdExpression[] jobs = [.. Enumerable.Range(1, 10_000).Select(id =>
            ClassAdExpression.Attribute("ClusterId").EqualTo(ClassAdExpression.Of(id)))];
        Assert.InRange(ClassAdExpression.AnyOf(jobs).Depth, 1, 20);
        Assert.Equal("false", ClassAdExpression.AnyOf().Text);
        Assert.Equal("true", ClassAdExpression.AllOf().Text);
    }

    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(1e300, "1E+300")]
    [InlineData(3, "3.0")]
    [InlineData(double.NaN, "real(\"NaN\")")]
    [InlineData(double.NegativeInfinity, "real(\"-INF\")")]
    public void A_real_number_stays_one(double value, string expected) => Assert.Equal(expected, ClassAdExpression.Of(value).Text);

    [Fact]
    public void What_HTCondor_cannot_carry_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ClassAdExpression.Of("a\0b"));
        Assert.Throws<ArgumentException>(() => ClassAdExpression.Of("\ud800"));
        Assert.Throws<ArgumentException>(() => ClassAdExpression.Attribute("a b"));
        Assert.Throws<ArgumentException>(() => ClassAdExpression.Attribute("undefined"));
        Assert.Throws<ArgumentException>(() => ClassAdExpression.Call("system"));
        Assert.Throws<ArgumentException>(() => new ClassAd().Set("x = 1; y", 1));
    }

    [Fact]
    public void A_megabyte_of_text_is_carried()
    {
        string text = string.Concat(Enumerable.Repeat("a\"\\]", 256 * 1024));
        ClassAdExpression literal = ClassAdExpression.Of(text + "x");
        Assert.Null(literal.Problem);
        Assert.Equal(text.Length + 1 + (256 * 1024) + 2, literal.Text.Length);
    }

    private static ClassAdExpression Parsed(string text) =>
        ClassAdExpression.TryParse(text, out ClassAdExpression? expression, out string? problem)
            ? expression
            : throw new FormatException($"{text}: {problem}");

    private static ClassAd Ad(string name, ClassAdExpression value)
    {
        var ad = new ClassAd();
        ad.Set(name, value);
        return ad;
    }
}
