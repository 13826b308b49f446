using CsCheck;
using HTCondor.Net.ClassAds;

namespace HTCondor.Net.Tests.ClassAds;

public sealed class ClassAdParserTests
{
    [Theory]
    [InlineData("a&&b||c", "a && b || c")]
    [InlineData(
        "TARGET.Memory>=2048&&regexp(\"^node[0-9]+\\.cern\\.ch$\",Machine)",
        "TARGET.Memory >= 2048 && regexp(\"^node[0-9]+\\.cern\\.ch$\", Machine)")]
    [InlineData("(OpSysAndVer =?= \"AlmaLinux9\")", "OpSysAndVer =?= \"AlmaLinux9\"")]
    [InlineData("x is undefined || y isnt ERROR", "x =?= undefined || y =!= error")]
    [InlineData("a == b ?: 1", "a == (b ?: 1)")]
    [InlineData("a ? : b ?: -1", "a ?: (b ?: (-1))")]
    [InlineData("a ? b : c ? d : e", "a ? b : (c ? d : e)")]
    [InlineData("a.b[0].c", "a.b[0].c")]
    [InlineData("-1 - -x", "-1 - -x")]
    [InlineData("!(!a)", "!(!a)")]
    [InlineData("1 << 2 >>> 3 | ~4 ^ 5 & 6", "1 << 2 >>> 3 | ~4 ^ 5 & 6")]
    [InlineData("{ }", "{}")]
    [InlineData("[ a = 1; b = { \"x\" }; ]", "[a = 1; b = {\"x\"}]")]
    [InlineData("'odd name' > .5e1", "'odd name' > 5.0")]
    [InlineData("member(TARGET.Name, {\"a\\\"b\"})", "member(TARGET.Name, {\"a\\\"b\"})")]
    [InlineData("\"ends with \\\"", "\"ends with \\\"")]
    public void One_expression_is_read_and_written_canonically(string text, string canonical)
    {
        Assert.True(ClassAdExpression.TryParse(text, out ClassAdExpression? expression, out string? problem), problem);
        Assert.Equal(canonical, expression.Text);
        Assert.True(ClassAdExpression.TryParse(canonical, out ClassAdExpression? again, out problem), problem);
        Assert.Equal(canonical, again.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("true) || (true")]
    [InlineData("a b")]
    [InlineData("a; b = 1")]
    [InlineData("a]")]
    [InlineData("a ? b : c garbage")] // HTCondor's own parser takes this
    [InlineData("a // comment")]
    [InlineData("a /* comment */ && b")]
    [InlineData("\"a\" \"b\"")]
    [InlineData("\"open")]
    [InlineData("\"a\\\" && b")]
    [InlineData("\"x\\\"\n, true")]
    [InlineData("\"line\nbreak\"")]
    [InlineData("a = 1")]
    [InlineData("0x10")]
    [InlineData("010")]
    [InlineData("1.")]
    [InlineData("1e")]
    [InlineData("10K")]
    [InlineData("9223372036854775808")]
    [InlineData("1e999")]
    [InlineData("system(\"id\")")]
    [InlineData(".a")]
    [InlineData("a.true")]
    [InlineData("a.")]
    [InlineData("''")]
    [InlineData("'a\\'b'")]
    [InlineData("é == 1")]
    [InlineData("a\0")]
    [InlineData("\"a\0\"")]
    [InlineData("[a = 1")]
    [InlineData("[1 = 1]")]
    [InlineData("{1, }")]
    [InlineData("f(")]
    [InlineData("a ?: -b")]
    [InlineData("$(HOME)")]
    public void Anything_else_is_refused_with_its_place(string text)
    {
        Assert.False(ClassAdExpression.TryParse(text, out ClassAdExpression? expression, out string? problem));
        Assert.Null(expression);
        Assert.Matches("character|It cannot be sent", problem);
    }

    [Fact]
    public void Depth_and_length_are_bounded()
    {
        Refused(new string('(', 5000) + "a" + new string(')', 5000));
        Refused(new string('!', 5000) + "a");
        Refused(new string('{', 5000));
        Refused(string.Join("||", Enumerable.Repeat("a", 5000)));
        Refused(string.Join("?:", Enumerable.Repeat("a", 5000)));
        Refused("a" + string.Concat(Enumerable.Repeat(".b", 5000)));
        Refused(new string('a', ClassAdExpression.MaxParsedLength + 1));
        Assert.True(ClassAdExpression.TryParse(new string('(', 90) + "a" + new string(')', 90), out _, out _));
        Assert.True(ClassAdExpression.TryParse(string.Join("||", Enumerable.Repeat("a", 900)), out _, out _));

        static void Refused(string text) => Assert.False(ClassAdExpression.TryParse(text, out _, out _));
    }

    [Fact]
    public void Random_text_is_refused_or_stays_in_its_place() =>
        Gen.OneOf(Expressions.Texts, Expressions.Any.Select(some => some.Text)).Sample(text =>
        {
            if (!ClassAdExpression.TryParse(text, out ClassAdExpression? expression, out _))
                return;
            ClassAdExpression guarded = expression.And(ClassAdExpression.Attribute("Guard"));
            if (guarded.Problem is not null)
                return;
            Assert.True(ClassAdExpression.TryParse(guarded.Text, out ClassAdExpression? again, out _));
            Assert.Equal(guarded, again);
            Assert.EndsWith(" && Guard", again.Text, StringComparison.Ordinal);
        });
}
