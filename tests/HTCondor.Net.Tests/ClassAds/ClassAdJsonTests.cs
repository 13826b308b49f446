using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using HTCondor.Net.ClassAds;

namespace HTCondor.Net.Tests.ClassAds;

public sealed class ClassAdJsonTests
{
    [Fact]
    public void What_is_written_reads_back() => Gen.Select(Expressions.Names, Expressions.Any).Sample((name, value) =>
    {
        var ad = new ClassAd();
        ad.Set("First", 1);
        ad.Set(name, value);
        ad.Set("Last", "x");
        if (value.Problem is not null)
            return;
        ClassAd again = Assert.Single(ClassAdJson.ReadAds(Written(ad)));
        Assert.Equal(3, again.Count);
        Assert.Equal(1, again.Integer("First"));
        Assert.Equal("x", again.Text("Last"));
        Assert.Equal(value, again[name]);
        Assert.Equal(value.Type, again[name]!.Type);
    });

    [Fact]
    public void Values_and_expressions_of_HTCondor_are_read()
    {
        ClassAd ad = Assert.Single(ClassAdJson.ReadAds("""
            [
            {
              "Owner": "alice",
              "JobStatus": 2,
              "Rank": 0.0,
              "LeaveJobInQueue": false,
              "Requirements": "\/Expr(( TARGET.Arch == \"X86_64\" ) && regexp(\"a\\\\.b\\303\\251\",Machine))\/",
              "Looks": "/Expr(1 + 1)/",
              "Nothing": null,
              "Bad": "\/Expr(error)\/",
              "Infinite": "\/Expr(real(\"INF\"))\/",
              "Unread": "\/Expr(.a $ b)\/",
              "List": [ "a", 1, { "n": true } ],
              "Big": 9223372036854775807
            }
            ]
            """u8));
        Assert.Equal("alice", ad.Text("owner"));
        Assert.Equal(2, ad.Integer("JobStatus"));
        Assert.Equal(0.0, ad.Real("Rank"));
        Assert.False(ad.Boolean("LeaveJobInQueue"));
        Assert.Equal("TARGET.Arch == \"X86_64\" && regexp(\"a\\.bé\", Machine)", ad["Requirements"]!.Text);
        Assert.Equal("/Expr(1 + 1)/", ad.Text("Looks"));
        Assert.Equal(ClassAdType.Undefined, ad["Nothing"]!.Type);
        Assert.Equal(ClassAdType.Error, ad["Bad"]!.Type);
        Assert.Equal(double.PositiveInfinity, ad.Real("Infinite"));
        Assert.Contains("does not read", ad["Unread"]!.Problem, StringComparison.Ordinal);
        Assert.True(ad.List("List")![2].AsAd()!.Boolean("n"));
        Assert.Equal(long.MaxValue, ad.Integer("Big"));
        Assert.Null(ad.Text("JobStatus"));
        Assert.Null(ad.Integer("Missing"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("[]")]
    public void Nothing_is_an_empty_list(string json) => Assert.Empty(ClassAdJson.ReadAds(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("[{}] x")]
    [InlineData("{\"a\":}")]
    public void What_is_no_ad_is_said(string json) =>
        Assert.Throws<FormatException>(() => ClassAdJson.ReadAds(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void A_value_that_is_nested_without_end_makes_nothing_else_unreadable(string open, string close)
    {
        string nested = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
        ClassAd ad = Assert.Single(ClassAdJson.ReadAds(Encoding.UTF8.GetBytes($"[{{\"Deep\": {nested}, \"After\": 1}}]")));
        Assert.NotNull(ad["Deep"]!.Problem);
        Assert.Equal(1, ad.Integer("After"));
    }

    [Fact]
    public void Bytes_that_are_no_text_lose_nothing_else()
    {
        byte[] json = [.. "{\"a\": \"x"u8, 0xE9, .. "y\", \"b\": 1}"u8];
        ClassAd ad = Assert.Single(ClassAdJson.ReadAds(json));
        Assert.Equal("x\uFFFDy", ad.Text("a"));
        Assert.Equal(1, ad.Integer("b"));
    }

    private static byte[] Written(ClassAd ad)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            ClassAdJson.WriteAd(writer, ad);
        return buffer.WrittenSpan.ToArray();
    }
}
