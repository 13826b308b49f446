namespace HTCondor.Net.ClassAds;

/// <summary>
/// How tightly an expression's outermost operator holds its operands, the loosest first; operators of one level group from the left.
/// HTCondor's parser reads <c>?:</c> as tightly as a member's dot, its manual says otherwise: it is always written in parentheses here, as
/// if it were loose.
/// </summary>
/// <remarks>https://htcondor.readthedocs.io/en/latest/classads/classad-mechanism.html#classad-expressions</remarks>
internal enum Binding
{
    Conditional,
    Or,
    And,
    BitOr,
    BitXor,
    BitAnd,
    Equality,
    Relation,
    Shift,
    Sum,
    Product,
    Unary,
    Primary,
}
