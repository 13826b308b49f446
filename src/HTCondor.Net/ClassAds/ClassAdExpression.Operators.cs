namespace HTCondor.Net.ClassAds;

public sealed partial class ClassAdExpression
{
    /// <summary>The value of an attribute, in the job's own ad or, if it is not there, in the other ad.</summary>
    /// <exception cref="ArgumentException">The name is invalid, or a reserved word.</exception>
    public static ClassAdExpression Attribute(string name) => Named(ClassAdNames.Checked(name));

    /// <summary>The value of an attribute of the ad that holds the expression.</summary>
    /// <exception cref="ArgumentException">The name is invalid, or a reserved word.</exception>
    public static ClassAdExpression My(string name) => Named("MY." + ClassAdNames.Checked(name), 2);

    /// <summary>The value of an attribute of the ad that is matched against: the machine's, in a job's requirements.</summary>
    /// <exception cref="ArgumentException">The name is invalid, or a reserved word.</exception>
    public static ClassAdExpression Target(string name) => Named("TARGET." + ClassAdNames.Checked(name), 2);

    /// <summary>A call of one of the language's own functions.</summary>
    /// <exception cref="ArgumentException">The language has no function of that name.</exception>
    public static ClassAdExpression Call(string function, params IReadOnlyList<ClassAdExpression> arguments) =>
        ClassAdFunctions.IsKnown(function)
            ? CallOf(function, arguments)
            : throw new ArgumentException($"'{function}' is not a function of the ClassAd language.", nameof(function));

    /// <summary><c>this ? whenTrue : whenFalse</c>.</summary>
    public ClassAdExpression Then(ClassAdExpression whenTrue, ClassAdExpression whenFalse) => Compose(
        part => $"{part(this, Binding.Or)} ? {part(whenTrue, Binding.Or)} : {part(whenFalse, Binding.Or)}",
        Binding.Conditional,
        [this, whenTrue, whenFalse]);

    /// <summary><c>this ?: other</c>: the other value if this one is undefined.</summary>
    public ClassAdExpression OrElse(ClassAdExpression other) =>
        Compose(part => $"{part(this, Binding.Primary)} ?: {part(other, Binding.Primary)}", Binding.Conditional, [this, other]);

    /// <summary><c>&amp;&amp;</c>.</summary>
    public ClassAdExpression And(ClassAdExpression other) => Infix("&&", Binding.And, other);

    /// <summary>Either.</summary>
    public ClassAdExpression Or(ClassAdExpression other) => Infix("||", Binding.Or, other);

    /// <summary><c>!</c>.</summary>
    public ClassAdExpression Not() => Prefix('!');

    /// <summary><c>==</c>: undefined if a side is undefined; strings are compared without regard to case.</summary>
    public ClassAdExpression EqualTo(ClassAdExpression other) => Infix("==", Binding.Equality, other);

    /// <summary><c>!=</c>: undefined if a side is undefined.</summary>
    public ClassAdExpression NotEqualTo(ClassAdExpression other) => Infix("!=", Binding.Equality, other);

    /// <summary><c>=?=</c>: of the same type and identical; never undefined.</summary>
    public ClassAdExpression Is(ClassAdExpression other) => Infix("=?=", Binding.Equality, other);

    /// <summary><c>=!=</c>: not of the same type and identical; never undefined.</summary>
    public ClassAdExpression IsNot(ClassAdExpression other) => Infix("=!=", Binding.Equality, other);

    /// <summary><c>&lt;</c>.</summary>
    public ClassAdExpression LessThan(ClassAdExpression other) => Infix("<", Binding.Relation, other);

    /// <summary><c>&lt;=</c>.</summary>
    public ClassAdExpression AtMost(ClassAdExpression other) => Infix("<=", Binding.Relation, other);

    /// <summary><c>&gt;</c>.</summary>
    public ClassAdExpression GreaterThan(ClassAdExpression other) => Infix(">", Binding.Relation, other);

    /// <summary><c>&gt;=</c>.</summary>
    public ClassAdExpression AtLeast(ClassAdExpression other) => Infix(">=", Binding.Relation, other);

    /// <summary>Sum.</summary>
    public ClassAdExpression Plus(ClassAdExpression other) => Infix("+", Binding.Sum, other);

    /// <summary>Difference.</summary>
    public ClassAdExpression Minus(ClassAdExpression other) => Infix("-", Binding.Sum, other);

    /// <summary>Product.</summary>
    public ClassAdExpression Times(ClassAdExpression other) => Infix("*", Binding.Product, other);

    /// <summary>Quotient.</summary>
    public ClassAdExpression DividedBy(ClassAdExpression other) => Infix("/", Binding.Product, other);

    /// <summary>
    /// True if any of the expressions is true; false if there are none. The nesting grows with the logarithm of their number.
    /// </summary>
    public static ClassAdExpression AnyOf(params IReadOnlyList<ClassAdExpression> expressions) => expressions.Count switch
    {
        0 => Of(value: false),
        1 => expressions[0],
        int count => AnyOf(expressions.Take(count / 2).ToArray()).Or(AnyOf(expressions.Skip(count / 2).ToArray())),
    };

    /// <summary>True if all expressions are true; true if there are none. The nesting grows with the logarithm of their number.</summary>
    public static ClassAdExpression AllOf(params IReadOnlyList<ClassAdExpression> expressions) => expressions.Count switch
    {
        0 => Of(value: true),
        1 => expressions[0],
        int count => AllOf(expressions.Take(count / 2).ToArray()).And(AllOf(expressions.Skip(count / 2).ToArray())),
    };
}
