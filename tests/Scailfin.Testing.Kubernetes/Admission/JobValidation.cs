using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Admission;

internal static class JobValidation
{
    private const int LongestLabelValue = 63;

    public static void Check(JsonObject job, ValidationCauses causes)
    {
        CheckLabels(job["metadata"], "metadata.labels", causes);
        JsonNode? template = job["spec"]!["template"];
        CheckLabels(template?["metadata"], "spec.template.labels", causes);
        if (template.Object("spec") is { } spec)
            CheckPod(spec, "spec.template.spec", causes);
        if (template.Object("spec").Text("restartPolicy") is not ("Never" or "OnFailure"))
            causes.Required("spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
    }

    private static void CheckLabels(JsonNode? metadata, string field, ValidationCauses causes)
    {
        foreach ((string _, JsonNode? value) in metadata.Object("labels") ?? [])
        {
            string text = value!.GetValue<string>();
            if (System.Text.Encoding.UTF8.GetByteCount(text) > LongestLabelValue)
                causes.Invalid(field, $"\"{text}\"", $"must be no more than {LongestLabelValue} bytes");
        }
    }

    private static void CheckPod(JsonObject spec, string path, ValidationCauses causes)
    {
        HashSet<string?> volumes = [.. spec.Objects("volumes").Select(volume => volume.Text("name"))];
        foreach (string list in (string[])["containers", "initContainers"])
        {
            int index = 0;
            foreach (JsonObject container in spec.Objects(list))
                CheckContainer(container, volumes, $"{path}.{list}[{index++}]", causes);
        }
        if (!spec.Objects("containers").Any())
            causes.Required($"{path}.containers");
        if (spec.Number("activeDeadlineSeconds") is < 1 or > int.MaxValue)
            causes.Invalid(
                $"{path}.activeDeadlineSeconds",
                spec["activeDeadlineSeconds"]!.ToString(),
                $"must be between 1 and {int.MaxValue}, inclusive");
    }

    private static void CheckContainer(JsonObject container, HashSet<string?> volumes, string path, ValidationCauses causes)
    {
        if (string.IsNullOrEmpty(container.Text("image")))
            causes.Required($"{path}.image");
        int index = 0;
        foreach (JsonObject variable in container.Objects("env"))
        {
            string name = variable.Text("name") ?? "";
            if (name.Length == 0)
                causes.Required($"{path}.env[{index}].name");
            else if (name.Any(letter => letter is < ' ' or > '~' or '='))
                causes.Invalid(
                    $"{path}.env[{index}].name",
                    $"\"{name}\"",
                    "a valid environment variable name must consist only of printable ASCII characters other than '='");
            index++;
        }
        index = 0;
        foreach (JsonObject mount in container.Objects("volumeMounts"))
        {
            if (!volumes.Contains(mount.Text("name")))
                causes.NotFound($"{path}.volumeMounts[{index}].name", $"\"{mount.Text("name")}\"");
            index++;
        }
        CheckResources(container.Object("resources"), $"{path}.resources", causes);
    }

    private static void CheckResources(JsonObject? resources, string path, ValidationCauses causes)
    {
        foreach ((string resource, JsonNode? limit) in resources.Object("limits") ?? [])
        {
            if (resources.Object("requests")?[resource] is { } request
                && Quantity.Value(request.ToString()) > Quantity.Value(limit!.ToString()))
                causes.Invalid($"{path}.requests", $"\"{request}\"", $"must be less than or equal to {resource} limit of {limit}");
        }
    }
}
