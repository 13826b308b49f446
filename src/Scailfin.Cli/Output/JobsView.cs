using System.Text.Json;

namespace Scailfin.Cli.Output;

/// <summary>Answers about jobs for people at a terminal, and as tab-separated lines for programs behind a pipe.</summary>
internal static class JobsView
{
    private const int CommandShown = 60;

    public static void List(JsonElement answer)
    {
        var rows = new List<string[]>();
        foreach (JsonElement item in answer.GetProperty("jobs").EnumerateArray())
        {
            foreach (JsonProperty job in item.EnumerateObject())
            {
                string command = Lines.OneLine(job.Value.Text("cmd"));
                if (command.Length > CommandShown)
                    command = command[..CommandShown] + "...";
                rows.Add([job.Name, job.Value.Text("status"), job.Value.Text("docker_img"), command]);
            }
        }
        TextTable.Write(["ID", "STATUS", "IMAGE", "COMMAND"], rows);
    }

    public static void Timeline(JsonElement answer) => TextTable.Write(
        ["AT", "ATTEMPT", "EVENT", "DETAIL"],
        [.. answer.GetProperty("entries").EnumerateArray()
            .Select(entry => new[] { entry.Text("at"), entry.Text("attempt"), entry.Text("event"), entry.Text("detail") })]);

    public static void Members(JsonElement element)
    {
        foreach (JsonProperty member in element.EnumerateObject())
            Member(member.Name, element.Text(member.Name));
    }

    public static void Explanation(JsonElement element)
    {
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (member.Name is not ("reasons" or "evidence"))
                Member(member.Name, element.Text(member.Name));
        }
        foreach (string reason in element.Texts("reasons"))
            Console.Out.WriteLine($"- {Lines.OneLine(reason)}");
        if (element.TryGetProperty("evidence", out JsonElement evidence) && evidence.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in evidence.EnumerateObject())
                Member($"evidence.{member.Name}", evidence.Text(member.Name));
        }
    }

    private static void Member(string name, string value) => Console.Out.WriteLine($"{name}: {Lines.OneLine(value)}");
}
