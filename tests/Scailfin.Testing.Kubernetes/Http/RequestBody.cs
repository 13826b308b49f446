using Microsoft.AspNetCore.Http;

namespace Scailfin.Testing.Kubernetes.Http;

internal static class RequestBody
{
    private const int Limit = 3 * 1024 * 1024;

    private static readonly string[] Known = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

    public static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        string type = request.ContentType?.Split(';')[0].Trim() ?? "";
        if (request.Method is "POST" or "PUT" && type.Length > 0 && type is not ("application/json" or "*/*"))
        {
            throw new ApiFailureException(new ApiFailure(415, "UnsupportedMediaType",
                $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", Known)}"));
        }
        using var body = new MemoryStream();
        byte[] chunk = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, request.HttpContext.RequestAborted)) > 0)
        {
            body.Write(chunk, 0, read);
            if (body.Length > Limit)
                throw new ApiFailureException(new ApiFailure(413, "RequestEntityTooLarge", $"Request entity too large: limit is {Limit}"));
        }
        return body.ToArray();
    }
}
