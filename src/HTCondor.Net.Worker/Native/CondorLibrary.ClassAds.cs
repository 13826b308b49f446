namespace HTCondor.Net.Worker.Native;

internal sealed unsafe partial class CondorLibrary
{
    private void* _parser;

    public delegate* unmanaged<void*, void> NewParser { get; private set; }

    /// <summary>The only way to a new ad: its constructor is not exported.</summary>
    public delegate* unmanaged<void*, byte*, byte, void*> ParseClassAd { get; private set; }

    /// <summary>Parses one expression and sets one attribute: whatever the text is, it cannot become a second attribute.</summary>
    public delegate* unmanaged<void*, StdString*, byte*, byte> AssignExpr { get; private set; }

    public delegate* unmanaged<void*, StdString*, int*, byte> EvaluateInteger { get; private set; }

    public delegate* unmanaged<void*, void> DeleteClassAd { get; private set; }

    public delegate* unmanaged<void*, byte, void> NewJsonPrinter { get; private set; }

    public delegate* unmanaged<void*, void> EndJsonPrinter { get; private set; }

    public delegate* unmanaged<void*, StdString*, void*, void> PrintJson { get; private set; }

    public delegate* unmanaged<void*, void*, int> PutClassAd { get; private set; }

    public delegate* unmanaged<void*, void*, byte> GetClassAd { get; private set; }

    /// <summary>A new ad without attributes.</summary>
    public void* EmptyAd()
    {
        if (_parser is null)
        {
            _parser = NewObject();
            NewParser(_parser);
        }

        using var nothing = new NativeText("[]");
        return ParseClassAd(_parser, nothing.Pointer, 1);
    }

    private void BindClassAds(SymbolTable symbols)
    {
        NewParser = (delegate* unmanaged<void*, void>)symbols.Find("_ZN7classad13ClassAdParserC1Ev");
        ParseClassAd = (delegate* unmanaged<void*, byte*, byte, void*>)symbols.Find("_ZN7classad13ClassAdParser12ParseClassAdEPKcb");
        AssignExpr =
            (delegate* unmanaged<void*, StdString*, byte*, byte>)symbols.Find($"_ZN7classad7ClassAd10AssignExprERK{StdStringName}PKc");
        EvaluateInteger =
            (delegate* unmanaged<void*, StdString*, int*, byte>)symbols.Find($"_ZNK7classad7ClassAd15EvaluateAttrIntERK{StdStringName}Ri");
        DeleteClassAd = (delegate* unmanaged<void*, void>)symbols.Find("_ZN7classad7ClassAdD0Ev");
        NewJsonPrinter = (delegate* unmanaged<void*, byte, void>)symbols.Find("_ZN7classad19ClassAdJsonUnParserC1Eb");
        EndJsonPrinter = (delegate* unmanaged<void*, void>)symbols.Find("_ZN7classad19ClassAdJsonUnParserD1Ev");
        PrintJson = (delegate* unmanaged<void*, StdString*, void*, void>)symbols.Find(
            $"_ZN7classad19ClassAdJsonUnParser7UnparseER{StdStringName}PKNS_8ExprTreeE");
        PutClassAd = (delegate* unmanaged<void*, void*, int>)symbols.Find("_Z10putClassAdP6StreamRKN7classad7ClassAdE");
        GetClassAd = (delegate* unmanaged<void*, void*, byte>)symbols.Find("_Z10getClassAdP6StreamRN7classad7ClassAdE");
    }
}
