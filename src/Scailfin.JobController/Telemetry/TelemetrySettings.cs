using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Telemetry;

/// <summary>The endpoints of traces and metrics, in OpenTelemetry's own variables.</summary>
/// <param name="Variables">
/// All that begin with <c>OTEL_</c>: they are handed to OpenTelemetry's SDK as they are
/// (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
/// </param>
internal sealed record TelemetrySettings(IReadOnlyDictionary<string, string?> Variables)
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Disabled = "OTEL_SDK_DISABLED";

    public static TelemetrySettings None { get; } = new(new Dictionary<string, string?>());

    /// <summary>Whether anything is sent anywhere: without an endpoint the SDK is not even started.</summary>
    public bool IsExported => Variables.ContainsKey(Endpoint)
        && !string.Equals(Variables.GetValueOrDefault(Disabled), "true", StringComparison.OrdinalIgnoreCase);

    public static TelemetrySettings Read(SettingsReader reader)
    {
        reader.Parsed(Endpoint, "", "an address such as http://collector:4317", text => IsAddress(text) ? text : null, Shown);
        reader.Choice("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "grpc", "http/protobuf");
        return new TelemetrySettings(reader.Names
            .Where(name => name.StartsWith("OTEL_", StringComparison.Ordinal) && reader.Peek(name) is not null)
            .ToDictionary(name => name, reader.Peek));
    }

    /// <summary>An address may carry a password.</summary>
    private static string Shown(string address) => address.Contains('@', StringComparison.Ordinal) ? Secret.Shown : address;

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
}
