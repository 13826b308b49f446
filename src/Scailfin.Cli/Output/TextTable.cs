using Spectre.Console;

namespace Scailfin.Cli.Output;

/// <summary>Rows as a table at a terminal, and as tab-separated lines behind a pipe.</summary>
internal static class TextTable
{
    public static void Write(string[] heads, IReadOnlyList<string[]> rows)
    {
        if (Console.IsOutputRedirected)
        {
            // No heading: each line is one row, ready for cut and awk.
            foreach (string[] row in rows)
                Console.Out.WriteLine(string.Join('\t', row.Select(Lines.OneLine)));
            return;
        }
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string head in heads)
            table.AddColumn(head);
        foreach (string[] row in rows)
            table.AddRow([.. row.Select(Terminal.Markup)]);
        Terminal.Create().Write(table);
    }
}
