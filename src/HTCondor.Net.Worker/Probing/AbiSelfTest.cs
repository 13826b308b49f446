using System.Text;
using System.Text.Json;
using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker.Probing;

/// <summary>
/// Whether the library's memory layout is the expected one: strings in both of <c>std::string</c>'s forms are passed in and read back, a
/// new error stack is empty, a string with more than one expression is refused, and the largest object fits into the memory it gets.
/// </summary>
internal static unsafe class AbiSelfTest
{
    private const string Short = "short";
    private const string Long = "a text of more than fifteen letters, with \\ and 'quotes'";

    /// <returns>What was looked at, each with null or what is wrong.</returns>
    public static IEnumerable<(string Name, string? Problem)> Run(CondorLibrary library)
    {
        yield return ("strings round trip", Texts(library));
        yield return ("one expression only", OneExpression(library));
        yield return ("an empty error stack", EmptyErrors(library));
        yield return ("the size of DCSchedd", ScheddSize(library));
    }

    private static string? Texts(CondorLibrary library)
    {
        using var ad = new NativeAd(library);
        ad.Set("A", $"\"{Short}\"");
        ad.Set("AttributeWithAVeryLongName", $"\"{Long}\"");
        ad.Set("Number", "-42");
        using var printer = new AdPrinter(library);
        string json = "";
        printer.Print(ad, bytes => json = Encoding.UTF8.GetString(bytes));
        using var document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        bool same = root.GetProperty("A").GetString() == Short
            && root.GetProperty("AttributeWithAVeryLongName").GetString() == Long
            && root.GetProperty("Number").GetInt32() == -42;
        using var number = new NativeText("Number");
        return same && ad.Integer(number) == -42 ? null : $"what was put in came out as {json}";
    }

    private static string? OneExpression(CondorLibrary library)
    {
        using var ad = new NativeAd(library);
        try
        {
            ad.Set("Requirements", "true; Owner = \"root\"");
            return "the library accepted a value that holds a second attribute";
        }
        catch (CondorFailure)
        {
            return null;
        }
    }

    private static string? EmptyErrors(CondorLibrary library)
    {
        using var errors = new ErrorStack(library);
        return errors.Entries.Count == 0 ? null : "a new error stack has entries";
    }

    private static string? ScheddSize(CondorLibrary library)
    {
        void* schedd = CondorLibrary.NewObject();
        library.NewSchedd(schedd, null, null);
        int used = new ReadOnlySpan<byte>(schedd, CondorLibrary.ObjectSize).LastIndexOfAnyExcept((byte)0) + 1;
        library.EndSchedd(schedd);
        CondorLibrary.Free(schedd);
        return used < CondorLibrary.ObjectSize / 2 ? null : $"it takes at least {used} bytes";
    }
}
