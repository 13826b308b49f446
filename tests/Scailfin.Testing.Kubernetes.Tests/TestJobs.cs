using System.Text.Json.Nodes;

namespace Scailfin.Testing.Kubernetes.Tests;

internal static class TestJobs
{
    public static JsonObject Named(string name, string workflow = "w1") => new()
    {
        ["kind"] = "Job",
        ["apiVersion"] = "batch/v1",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" },
        ["spec"] = new JsonObject
        {
            ["backoffLimit"] = 0,
            ["template"] = new JsonObject
            {
                ["metadata"] =
                    new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["reana-run-job-workflow-uuid"] = workflow } },
                ["spec"] = new JsonObject
                {
                    ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "job",
                        ["image"] = "docker.io/library/busybox:1",
                        ["command"] = new JsonArray("bash", "-c"),
                        ["args"] = new JsonArray("true"),
                    }),
                    ["restartPolicy"] = "Never",
                    ["terminationGracePeriodSeconds"] = 5,
                },
            },
        },
    };
}
