using CsCheck;
using HTCondor.Net.ClassAds;

namespace HTCondor.Net.Tests.ClassAds;

/// <summary>Random texts and expressions; a failing test prints the seed with which CsCheck finds it again.</summary>
internal static class Expressions
{
    /// <summary>Hostile more often than not.</summary>
    public static Gen<string> Texts { get; } = Gen.OneOf(
        Gen.Char["\"\\'\n\r\t ;,]}[{()=$%/*|&?:.aZ09_é漢\u0001\u007f"].Array[0, 12].Select(letters => new string(letters)),
        OneOf(
            "\\", "\"", "\\\"", "a\\", "\" || true || \"", "\\\" || true", "$(HOME)", "$$([1])", "/Expr(1)/", "\\/Expr(1)\\/",
            "]; Owner = \"root\"; [", "😀"),
        Gen.String[Gen.Char[' ', '~'], 0, 40]);

    public static Gen<string> Names { get; } = OneOf("Owner", "JobStatus", "_x1", "Requirements", "MyType", "parent", "T", "istrue");

    public static Gen<ClassAdExpression> Any { get; } =
        Gen.Recursive<ClassAdExpression>((depth, self) => depth > 4 ? Leaf() : Gen.OneOf(Leaf(), Compound(self)));

    private static Gen<ClassAdExpression> Leaf() => Gen.OneOf(
        Texts.Select(ClassAdExpression.Of),
        Gen.Long.Select(ClassAdExpression.Of),
        OneOf(0L, -1L, long.MinValue, long.MaxValue).Select(ClassAdExpression.Of),
        Gen.Int[-1_000_000_000, 1_000_000_000].Select(eighths => ClassAdExpression.Of(eighths / 8.0)), // HTCondor keeps 16 digits
        OneOf(1e300, -1e-300, 0.0, double.PositiveInfinity).Select(ClassAdExpression.Of),
        Gen.Bool.Select(ClassAdExpression.Of),
        OneOf(ClassAdExpression.Undefined, ClassAdExpression.Error),
        Names.Select(ClassAdExpression.Attribute),
        Names.Select(ClassAdExpression.My),
        Names.Select(ClassAdExpression.Target));

    private static Gen<ClassAdExpression> Compound(Gen<ClassAdExpression> self) => Gen.OneOf(
        Gen.Select(self, self, OneOf(Operators)).Select((left, right, combine) => combine(left, right)),
        self.Select(operand => operand.Not()),
        Gen.Select(self, self, self).Select((condition, one, other) => condition.Then(one, other)),
        self.Array[0, 3].Select(items => ClassAdExpression.List(items)),
        self.Array[0, 3].Select(items => ClassAdExpression.Call("strcat", items)),
        Gen.Select(Names, self).Select((name, value) => ClassAdExpression.Of(new ClassAd().With(name, value))));

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private static Func<ClassAdExpression, ClassAdExpression, ClassAdExpression>[] Operators =>
    [
        (a, b) => a.And(b), (a, b) => a.Or(b), (a, b) => a.EqualTo(b), (a, b) => a.NotEqualTo(b), (a, b) => a.Is(b), (a, b) => a.IsNot(b),
        (a, b) => a.LessThan(b), (a, b) => a.AtMost(b), (a, b) => a.GreaterThan(b), (a, b) => a.AtLeast(b), (a, b) => a.Plus(b),
        (a, b) => a.Minus(b), (a, b) => a.Times(b), (a, b) => a.DividedBy(b), (a, b) => a.OrElse(b),
    ];

    private static ClassAd With(this ClassAd ad, string name, ClassAdExpression value)
    {
        ad.Set(name, value);
        return ad;
    }
}
