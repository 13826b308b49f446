namespace Scailfin.Workflows.Running;

/// <summary>Statuses as the API spells them; the client knows no others, so that it can be of another version than the service.</summary>
internal static class JobStatusNames
{
    public const string Finished = "finished";

    public static bool IsTerminal(string status) => status is Finished or "failed" or "stopped";
}
