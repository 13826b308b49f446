using Scailfin.Core.JobManagers;

namespace Scailfin.Core.Tests.JobManagers;

public sealed class BackendOptionsTests
{
    [Fact]
    public void What_is_not_set_has_its_default_and_is_no_problem()
    {
        BackendOptions options = With();
        Assert.Equal(3, options.Integer("limit", 3, 1));
        Assert.Equal(TimeSpan.FromSeconds(9), options.Seconds("bound", TimeSpan.FromSeconds(9), 1));
        Assert.True(options.Flag("flag", byDefault: true));
        Assert.Equal("/spool", options.Path("spool", "/spool"));
        Assert.Equal(["a"], options.Choices("modes", ["a"], ["a", "b"]));
        Assert.Empty(options.Problems);
    }

    [Fact]
    public void What_is_set_is_read_with_its_type()
    {
        BackendOptions options = With(
            ("limit", "10"), ("bound", "60"), ("flag", "true"), ("spool", "/data"), ("modes", new List<string> { "b", "a" }),
            ("mode", "b"));
        Assert.Equal(10, options.Integer("limit", 3, 1, 10));
        Assert.Equal(TimeSpan.FromMinutes(1), options.Seconds("bound", TimeSpan.Zero, 60));
        Assert.True(options.Flag("flag"));
        Assert.Equal("/data", options.Path("spool", "/spool"));
        Assert.Equal(["b", "a"], options.Choices("modes", ["a"], ["a", "b"]));
        Assert.Equal(["b"], options.Choices("mode", ["a"], ["a", "b"]));
        Assert.Empty(options.Problems);
    }

    [Theory]
    [InlineData("0", "backend 'b': limit is '0', but must be a whole number from 1 to 10")]
    [InlineData("11", "backend 'b': limit is '11', but must be a whole number from 1 to 10")]
    [InlineData("-1", "backend 'b': limit is '-1', but must be a whole number from 1 to 10")]
    [InlineData("1.5", "backend 'b': limit is '1.5', but must be a whole number from 1 to 10")]
    [InlineData("99999999999", "backend 'b': limit is '99999999999', but must be a whole number from 1 to 10")]
    public void A_number_beyond_its_limits_is_told_and_the_default_stands(string value, string problem)
    {
        BackendOptions options = With(("limit", value));
        Assert.Equal(5, options.Integer("limit", 5, 1, 10));
        Assert.Equal([problem], options.Problems);
    }

    [Fact]
    public void Every_problem_is_told_at_once_and_names_option_value_and_rule()
    {
        BackendOptions options = With(
            ("flag", "yes"), ("spool", "relative"), ("modes", new List<string> { "a", "c" }), ("limit", new List<string> { "1" }));
        options.Flag("flag");
        options.Path("spool", "/spool");
        options.Choices("modes", [], ["a", "b"]);
        options.Integer("limit", 5, 1);
        Assert.Equal(
            [
                "backend 'b': flag is 'yes', but must be true or false",
                "backend 'b': spool is 'relative', but must be an absolute path",
                "backend 'b': modes is 'c', but must be a list of any of: a, b",
                "backend 'b': limit is 'a list', but must be one value",
            ],
            options.Problems);
    }

    [Fact]
    public void An_option_that_nobody_reads_is_a_problem_that_lists_the_known_ones()
    {
        BackendOptions options = With(("limt", "1"));
        options.Integer("limit", 5, 1);
        options.Flag("flag");
        Assert.Equal(["backend 'b': unknown option 'limt'; known: flag, limit"], options.Problems);
    }

    private static BackendOptions With(params (string Name, object Value)[] values) =>
        new("b", values.ToDictionary(pair => pair.Name, pair => pair.Value));
}
