namespace HTCondor.Net.ClassAds;

/// <summary>The types of ClassAd values.</summary>
public enum ClassAdType
{
    /// <summary>An expression that HTCondor has to evaluate first: it is not a literal value.</summary>
    Expression,

    /// <summary><c>undefined</c>.</summary>
    Undefined,

    /// <summary><c>error</c>.</summary>
    Error,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>A floating point number of 64 bits.</summary>
    Real,

    /// <summary>A string.</summary>
    Text,

    /// <summary>A list of expressions.</summary>
    List,

    /// <summary>A nested ad.</summary>
    Ad,
}
