using Microsoft.AspNetCore.Http;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>What the server says about itself.</summary>
internal static class ServerFacts
{
    public static ApiAnswer? Answer(HttpRequest request) => request.Path.Value switch
    {
        "/version" or "/readyz" or "/livez" or "/healthz" when request.Method is not ("GET" or "HEAD") =>
            throw new ApiFailureException(
                new ApiFailure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", [])),
        "/version" => new ApiAnswer(200, Version),
        "/readyz" or "/livez" or "/healthz" => ApiAnswer.Text(200, "ok"),
        _ => null,
    };

    /// <summary>Indented, and without the newline that other answers end with.</summary>
    private static readonly byte[] Version =
        """
        {
          "major": "1",
          "minor": "36",
          "emulationMajor": "1",
          "emulationMinor": "36",
          "minCompatibilityMajor": "1",
          "minCompatibilityMinor": "35",
          "gitVersion": "v1.36.2",
          "gitCommit": "98b35193b2ac7a23a673325f5e9b830ecd5ba406",
          "gitTreeState": "clean",
          "buildDate": "1970-01-01T00:00:00Z",
          "goVersion": "go1.27.4",
          "compiler": "gc",
          "platform": "linux/amd64"
        }
        """u8.ToArray();
}
