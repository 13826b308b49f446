namespace Scailfin.Workflows.Tests;

public sealed class TemplateTests
{
    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["name"] = "Ada",
        ["n_1"] = "7",
        ["cash"] = "$name",
    };

    [Theory]
    [InlineData("", "")]
    [InlineData("no dollar", "no dollar")]
    [InlineData("hello $name", "hello Ada")]
    [InlineData("hello ${name}s", "hello Adas")]
    [InlineData("$name.txt", "Ada.txt")]
    [InlineData("$n_1$name", "7Ada")]
    [InlineData("$$name costs $$5", "$name costs $5")]
    [InlineData("$$$name", "$Ada")]
    [InlineData("$nameé", "Adaé")]
    public void Names_are_replaced_as_Python_does(string text, string expected)
    {
        Assert.True(Template.TrySubstitute(text, Values, out string result, out string? problem), problem);
        Assert.Equal(expected, result);
    }

    [Fact]
    public void A_value_is_not_expanded_again()
    {
        Assert.True(Template.TrySubstitute("$cash", Values, out string result, out _));
        Assert.Equal("$name", result);
    }

    [Theory]
    [InlineData("$missing")]
    [InlineData("${missing}")]
    [InlineData("a $name b $missing")]
    [InlineData("$Missing", "Missing")]
    public void An_unknown_name_is_named(string text, string name = "missing")
    {
        Assert.False(Template.TrySubstitute(text, Values, out _, out string? problem));
        Assert.Contains($"'{name}'", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$", 1)]
    [InlineData("costs $5", 7)]
    [InlineData("$(date)", 1)]
    [InlineData("a ${name", 3)]
    [InlineData("${}", 1)]
    [InlineData("${ name }", 1)]
    [InlineData("$é", 1)]
    public void A_stray_dollar_is_an_error_with_its_place(string text, int character)
    {
        Assert.False(Template.TrySubstitute(text, Values, out _, out string? problem));
        Assert.Contains($"stray '$' at character {character}", problem, StringComparison.Ordinal);
    }
}
