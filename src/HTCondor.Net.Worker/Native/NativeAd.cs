namespace HTCondor.Net.Worker.Native;

/// <summary>A ClassAd of the library's.</summary>
internal sealed unsafe class NativeAd : IDisposable
{
    private readonly CondorLibrary _library;

    public NativeAd(CondorLibrary library)
        : this(library, library.EmptyAd())
    {
    }

    /// <summary>Takes over an ad that the library made.</summary>
    public NativeAd(CondorLibrary library, void* pointer)
    {
        _library = library;
        Pointer = pointer;
    }

    public void* Pointer { get; }

    /// <summary>An ad of names and expressions in turn.</summary>
    public static NativeAd Of(CondorLibrary library, IReadOnlyList<string> attributes)
    {
        var ad = new NativeAd(library);
        try
        {
            for (int at = 0; at + 1 < attributes.Count; at += 2)
                ad.Set(attributes[at], attributes[at + 1]);
            return ad;
        }
        catch
        {
            ad.Dispose();
            throw;
        }
    }

    /// <exception cref="CondorFailure">The name is invalid, or the text is not one complete expression.</exception>
    public void Set(string name, string expression)
    {
        if (!IsName(name))
            throw CondorFailure.Of(
                "CLIENT",
                0,
                $"'{name}' is not the name of a ClassAd attribute: a letter or underscore, then letters, digits and underscores.");
        // HTCondor's job queue log holds one attribute per line, so a value cannot contain a line break.
        if (expression.AsSpan().ContainsAny('\n', '\r'))
            throw CondorFailure.Of("CLIENT", 0, $"{name}: an expression with a line break cannot be sent.");
        using var text = new NativeText(expression);
        using var key = new NativeText(name);
        if (_library.AssignExpr(Pointer, key.AsString, text.Pointer) == 0)
            throw CondorFailure.Of(
                "CLIENT",
                0,
                $"{name}: this is not a ClassAd expression: {(expression.Length > 200 ? expression[..200] + "..." : expression)}");
    }

    /// <summary>Sets a string of the program's own, such as an attribute's name or a job's id: nothing that needs quoting.</summary>
    public void SetText(string name, string text)
    {
        if (text.AsSpan().ContainsAny('"', '\\'))
            throw CondorFailure.Of("CLIENT", 0, $"{name}: '{text}' is not a list of names.");
        Set(name, $"\"{text}\"");
    }

    public int? Integer(NativeText name)
    {
        int value;
        return _library.EvaluateInteger(Pointer, name.AsString, &value) != 0 ? value : null;
    }

    public void Dispose() => _library.DeleteClassAd(Pointer);

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}
