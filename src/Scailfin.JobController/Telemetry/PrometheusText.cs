using System.Globalization;
using System.Text;

namespace Scailfin.JobController.Telemetry;

/// <summary>Writes families in Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    /// <summary>Writes a family; nothing if it has no series yet.</summary>
    public void Write(MetricFamily family)
    {
        bool first = true;
        family.Read((labels, series) =>
        {
            if (first)
                WriteHead(family);
            first = false;
            if (series.Buckets is { } buckets)
                WriteHistogram(family.Name, labels, series.Value, buckets, family.Bounds!);
            else
                WriteSample(family.Name, labels, null, series.Value);
        });
    }

    private void WriteHead(MetricFamily family)
    {
        string help = family.Help.Replace("\\", "\\\\").Replace("\n", "\\n");
        string type = family.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        };
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {family.Name} {help}\n# TYPE {family.Name} {type}\n");
    }

    private void WriteHistogram(string name, LabelSet labels, double sum, long[] buckets, double[] bounds)
    {
        long count = 0;
        for (int i = 0; i < buckets.Length; i++)
        {
            count += buckets[i];
            WriteSample(name + "_bucket", labels, i < bounds.Length ? Number(bounds[i]) : "+Inf", count);
        }

        WriteSample(name + "_sum", labels, null, sum);
        WriteSample(name + "_count", labels, null, count);
    }

    private void WriteSample(string name, LabelSet labels, string? bound, double value)
    {
        _text.Append(name);
        char before = '{';
        WriteLabel(labels.First, ref before);
        WriteLabel(labels.Second, ref before);
        WriteLabel(labels.Third, ref before);
        if (bound is not null)
            WriteLabel(new Label("le", bound), ref before);
        if (before == ',')
            _text.Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    private void WriteLabel(Label label, ref char before)
    {
        if (label.Name is null)
            return;
        string value = Convert.ToString(label.Value, CultureInfo.InvariantCulture) ?? "";
        _text.Append(before).Append(label.Name).Append("=\"")
            .Append(value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append('"');
        before = ',';
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
