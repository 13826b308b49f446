using Scailfin.JobController.Settings;

namespace Scailfin.Cli.Api;

/// <summary>Finds the service's address and the token: in the environment, else in the data directory.</summary>
internal static class ApiAddress
{
    public static string? FromEnvironment => Environment.GetEnvironmentVariable("SCAILFIN_URL") is { Length: > 0 } url ? url : null;

    /// <summary>Returns a client of the service; null if no address is set or written.</summary>
    public static ApiClient? Find(DataDirectory data)
    {
        string? url = FromEnvironment ?? FirstLine(data.AddressFile);
        if (url is null)
            return null;
        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
            throw new ApiException($"The service's address '{url}' is not an http address (SCAILFIN_URL, else {data.AddressFile}).");
        string? token = Environment.GetEnvironmentVariable("SCAILFIN_TOKEN") is { Length: > 0 } value ? value : FirstLine(data.TokenFile);
        return new ApiClient(address, token);
    }

    public static ApiClient Require(DataDirectory data) =>
        Find(data) ?? throw new ApiException(
            $"No service is known ({data.AddressFile} does not exist): start one with 'scailfin serve', or set SCAILFIN_URL.");

    private static string? FirstLine(string file)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault()?.Trim() is { Length: > 0 } line ? line : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ApiException(e.Message, e);
        }
    }
}
