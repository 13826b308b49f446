using CsCheck;
using Scailfin.JobManagers.Kubernetes.Requests;

namespace Scailfin.JobManagers.Kubernetes.Tests.Requests;

public sealed class CvmfsRepositoriesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("false")]
    [InlineData("[]")]
    [InlineData("()")]
    [InlineData(" [ ] ")]
    [InlineData("False")]
    [InlineData(" None\t")]
    [InlineData("0")]
    [InlineData("''")]
    [InlineData("{}")]
    public void None(string text) => Assert.Empty(Assert.IsType<IReadOnlyList<string>>(CvmfsRepositories.Parse(text), exactMatch: false));

    [Theory]
    [InlineData("['atlas.cern.ch', 'cms.cern.ch']")]
    [InlineData("""["atlas.cern.ch", "cms.cern.ch"]""")]
    [InlineData("""['atlas.cern.ch',"cms.cern.ch",]""")]
    [InlineData("('atlas.cern.ch', 'cms.cern.ch')")]
    [InlineData("\t[\n'atlas.cern.ch'\n,\n'cms.cern.ch'\n]\n")]
    [InlineData("""['\x61tlas.cern.ch', '\u0063ms.cern.ch']""")]
    [InlineData("['atlas.cern.ch', 'cms.cern.ch', 'atlas.cern.ch']")]
    public void Lists_and_tuples_of_names(string text) => Assert.Equal(["atlas.cern.ch", "cms.cern.ch"], CvmfsRepositories.Parse(text));

    [Theory]
    [InlineData("('atlas.cern.ch',)")]
    [InlineData("['atlas.cern.ch']")]
    [InlineData("{'atlas.cern.ch'}")]
    public void One_name(string text) => Assert.Equal(["atlas.cern.ch"], CvmfsRepositories.Parse(text));

    [Theory]
    [InlineData("true")]
    [InlineData("True")]
    [InlineData("{'a': 'b'}")]
    [InlineData("atlas.cern.ch")]
    [InlineData("'atlas.cern.ch'")]
    [InlineData("('atlas.cern.ch')")]
    [InlineData("['atlas.cern.ch'")]
    [InlineData("['atlas.cern.ch")]
    [InlineData("['atlas.cern.ch\"]")]
    [InlineData("['atlas.cern.ch')")]
    [InlineData("['atlas.cern.ch'] + []")]
    [InlineData("['atlas' 'cms']")]
    [InlineData("[,]")]
    [InlineData("(,)")]
    [InlineData("['a',,'b']")]
    [InlineData("[1]")]
    [InlineData("[None]")]
    [InlineData("[['a']]")]
    [InlineData("[b'a']")]
    [InlineData("['''a''']")]
    [InlineData("['a\n']")]
    [InlineData("__import__('os').system('id')")]
    public void Anything_else_is_refused(string text) => Assert.Null(CvmfsRepositories.Parse(text));

    [Theory]
    [InlineData("['']")]
    [InlineData("['..']")]
    [InlineData("['../etc']")]
    [InlineData("['a/b']")]
    [InlineData("['a..b']")]
    [InlineData("['.a']")]
    [InlineData("['a.']")]
    [InlineData("['-a']")]
    [InlineData("['a b']")]
    [InlineData("['a\\n']")]
    [InlineData("['a\\x00']")]
    [InlineData("['a\\'b']")]
    [InlineData("['a\\")]
    [InlineData("['a\\q']")]
    [InlineData("['a\\x6']")]
    [InlineData("['\u00e9.cern.ch']")]
    public void Names_that_could_be_something_else_are_refused(string text) => Assert.Null(CvmfsRepositories.Parse(text));

    [Fact]
    public void A_name_has_at_most_255_characters()
    {
        Assert.NotNull(CvmfsRepositories.Parse($"['{new string('a', 255)}']"));
        Assert.Null(CvmfsRepositories.Parse($"['{new string('a', 256)}']"));
    }

    [Fact]
    public void Any_names_survive_being_written_as_python_writes_them() =>
        Gen.String[Gen.Char["abcXYZ019_"], 1, 20].Array[0, 6].Where(names => names.All(name => name[0] != '_')).Sample(names =>
            CvmfsRepositories.Parse($"[{string.Join(", ", names.Select(name => $"'{name}.cern.ch'"))}]")!.SequenceEqual(
                names.Distinct().Select(name => $"{name}.cern.ch")));

    [Fact]
    public void Any_text_is_a_list_or_refused_and_never_an_error() =>
        Gen.String[Gen.Char["[](){},'\"\\axu09. \n"], 0, 20].Sample(text => { _ = CvmfsRepositories.Parse(text); });
}
