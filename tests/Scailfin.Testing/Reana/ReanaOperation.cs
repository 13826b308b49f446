using System.Net;
using System.Text;
using System.Text.Json;

namespace Scailfin.Testing.Reana;

/// <summary>
/// One operation of REANA's interface: how its request is made, and which answers are valid (bravado's rules, contract B.2).
/// </summary>
public sealed class ReanaOperation
{
    private readonly JsonElement _definition;
    private readonly string _path;

    internal ReanaOperation(string method, string path, JsonElement definition)
    {
        Method = new HttpMethod(method.ToUpperInvariant());
        _path = path;
        _definition = definition;
    }

    /// <summary>The <c>operationId</c>.</summary>
    public string Id => _definition.GetProperty("operationId").GetString()!;

    /// <summary>The method of its requests.</summary>
    public HttpMethod Method { get; }

    /// <summary>Makes a request of valid arguments; a body is a <see cref="JsonElement"/>, other arguments are strings.</summary>
    /// <exception cref="ReanaValidationException">An argument is unknown, missing or invalid.</exception>
    public HttpRequestMessage Request(Uri address, IReadOnlyDictionary<string, object> arguments)
    {
        var parameters = _definition.TryGetProperty("parameters", out JsonElement listed)
            ? listed.EnumerateArray().ToDictionary(parameter => parameter.GetProperty("name").GetString()!)
            : [];
        if (arguments.Keys.FirstOrDefault(name => !parameters.ContainsKey(name)) is { } unknown)
            throw new ReanaValidationException($"{Id} has no parameter {unknown}");
        string path = _path;
        var query = new StringBuilder();
        HttpContent? body = null;
        foreach ((string name, JsonElement parameter) in parameters)
        {
            if (!arguments.TryGetValue(name, out object? argument))
            {
                if (parameter.GetProperty("required").GetBoolean())
                    throw new ReanaValidationException($"{Id} needs the parameter {name}");
                continue;
            }

            switch (parameter.GetProperty("in").GetString())
            {
                case "path":
                    path = path.Replace($"{{{name}}}", Uri.EscapeDataString((string)argument), StringComparison.Ordinal);
                    break;
                case "query":
                    query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString((string)argument));
                    break;
                case "body":
                    ReanaValidationException.ThrowIfAny(
                        ReanaApi.Problems(parameter.GetProperty("schema"), (JsonElement)argument, $"{Id}.{name}"));
                    body = new ByteArrayContent(Encoding.UTF8.GetBytes(((JsonElement)argument).GetRawText()));
                    body.Headers.TryAddWithoutValidation("Content-Type", "application/json");
                    break;
                case { } place:
                    throw new ArgumentException($"The parameter {name} of {Id} is in {place}, which no other one is.");
            }
        }

        return new HttpRequestMessage(Method, new Uri(address, path + query)) { Content = body };
    }

    /// <summary>
    /// Takes an answer as bravado does: a status that the document does not have is an error, a JSON body must have the form of its status,
    /// and only a 2xx is a success. The content type need only begin with <c>application/json</c>; without a form the body is not read.
    /// </summary>
    /// <exception cref="ReanaHttpException">The status is not that of a success.</exception>
    /// <exception cref="ReanaValidationException">The body has not the form that the document has for its status.</exception>
    public void Validate(ReanaAnswer answer)
    {
        int status = (int)answer.Status;
        if (status >= 500 || !_definition.GetProperty("responses").TryGetProperty($"{status}", out JsonElement response))
            throw new ReanaHttpException(answer);
        if (response.TryGetProperty("schema", out JsonElement schema)
            && answer.ContentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
            ReanaValidationException.ThrowIfAny(ReanaApi.Problems(schema, answer.Json, $"{Id}: {status}"));
        if (answer.Status is < HttpStatusCode.OK or >= HttpStatusCode.MultipleChoices)
            throw new ReanaHttpException(answer);
    }
}
