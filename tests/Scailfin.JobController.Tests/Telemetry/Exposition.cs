using System.Globalization;
using System.Text;

namespace Scailfin.JobController.Tests.Telemetry;

/// <summary>
/// Reads Prometheus' text format as https://prometheus.io/docs/instrumenting/exposition_formats/ describes it, and refuses what it does not
/// allow: samples without or apart from their TYPE, unknown types and escapes, a series that comes twice.
/// </summary>
internal sealed class Exposition
{
    private static readonly string[] Types = ["counter", "gauge", "histogram"];

    private Exposition(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        string family = "";
        foreach (string line in text[..^1].Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ', 4);
                family = words[2];
                Assert.True(Help.TryAdd(family, words[3]), line);
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ');
                Assert.Equal(family, words[2]);
                Assert.Contains(words[3], Types);
                Type.Add(family, words[3]);
            }
            else
            {
                Sample sample = ReadSample(line);
                string of = Type[family] == "histogram" ? $"{family}_(bucket|sum|count)" : family;
                Assert.Matches($@"\A{of}\z", sample.Name);
                Assert.DoesNotContain(Samples, other => other.Series == sample.Series);
                Samples.Add(sample);
            }
        }
    }

    public Dictionary<string, string> Help { get; } = [];

    public Dictionary<string, string> Type { get; } = [];

    public List<Sample> Samples { get; } = [];

    public double this[string series] => Assert.Single(Samples, sample => sample.Series == series).Value;

    public static Exposition Parse(string text) => new(text);

    private static Sample ReadSample(string line)
    {
        int at = line.IndexOfAny(['{', ' ']);
        string name = line[..at];
        Assert.Matches(@"\A[a-zA-Z_:][a-zA-Z0-9_:]*\z", name);
        var labels = new List<(string Name, string Value)>();
        if (line[at] == '{')
        {
            do
            {
                int equals = line.IndexOf('=', at);
                string label = line[(at + 1)..equals];
                Assert.Matches(@"\A[a-zA-Z_][a-zA-Z0-9_]*\z", label);
                Assert.Equal('"', line[equals + 1]);
                at = equals + 2;
                labels.Add((label, ReadValue(line, ref at)));
            }
            while (line[at] == ',');
            Assert.Equal('}', line[at++]);
        }

        Assert.Equal(' ', line[at]);
        string number = line[(at + 1)..];
        return new Sample(name, labels, number == "+Inf" ? double.PositiveInfinity : double.Parse(number, CultureInfo.InvariantCulture));
    }

    private static string ReadValue(string line, ref int at)
    {
        var value = new StringBuilder();
        for (; line[at] != '"'; at++)
        {
            value.Append(line[at] != '\\' ? line[at] : line[++at] switch
            {
                '\\' => '\\',
                '"' => '"',
                'n' => '\n',
                var other => throw new FormatException($"'\\{other}' is no escape: {line}"),
            });
        }

        at++;
        return value.ToString();
    }
}

internal sealed record Sample(string Name, IReadOnlyList<(string Name, string Value)> Labels, double Value)
{
    public string Series => Name + string.Concat(Labels.Select(label => $";{label.Name}={label.Value}"));

    /// <summary>All labels but a bucket's bound.</summary>
    public string Group => string.Concat(Labels.Where(label => label.Name != "le").Select(label => $";{label.Name}={label.Value}"));
}
