using System.Text;
using CsCheck;
using Scailfin.JobManagers.Kubernetes.Manifests;

namespace Scailfin.JobManagers.Kubernetes.Tests.Manifests;

public sealed class DollarsTests
{
    /// <summary>
    /// As Kubernetes expands (k8s.io/kubernetes/third_party/forked/golang/expansion): with every variable set to something else.
    /// </summary>
    [Fact]
    public void What_Kubernetes_makes_of_a_doubled_text_is_the_text() =>
        Gen.String[Gen.Char["$(){}AB\n'\" é"], 0, 40].Sample(text => Expand(Dollars.Double(text)) == text);

    [Theory]
    [InlineData("$(A)", "!")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$$", "$")]
    [InlineData("$A", "$A")]
    public void The_expansion_of_this_test_is_that_of_Kubernetes(string text, string expanded) => Assert.Equal(expanded, Expand(text));

    private static string Expand(string text)
    {
        var output = new StringBuilder();
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] != '$' || at + 1 == text.Length)
            {
                output.Append(text[at]);
            }
            else if (text[at + 1] == '$')
            {
                output.Append('$');
                at++;
            }
            else if (text[at + 1] == '(' && text.IndexOf(')', at) is > 0 and int end)
            {
                output.Append('!');
                at = end;
            }
            else
            {
                output.Append('$');
            }
        }

        return output.ToString();
    }
}
