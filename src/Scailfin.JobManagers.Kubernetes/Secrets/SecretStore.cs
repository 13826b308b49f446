using System.Text.Json;
using Scailfin.Core.Time;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Secrets;

/// <summary>Caches the names in a user's Secret (contract C.4), so that it is not read for each job.</summary>
internal sealed class SecretStore(KubernetesApi api, string? secret, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private UserSecrets? _known;
    private TimeSpan _readAt;

    public void Dispose() => _gate.Dispose();

    /// <summary>
    /// The names of the user's secrets; null if jobs have no owner. A user without any gets an empty Secret, as in REANA.
    /// </summary>
    /// <exception cref="ApiUnreachableException">There was no answer.</exception>
    public async Task<ApiResult<UserSecrets>> ReadAsync(CancellationToken cancellationToken)
    {
        if (secret is null)
            return default;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_known is not null && time.Monotonic() - _readAt < Fresh)
                return new ApiResult<UserSecrets>(_known, null);
            ApiResult<SecretObject> read = await api.GetSecretAsync(secret, cancellationToken);
            if (read.Refusal is { Class: RefusalClass.NotFound })
                read = await CreateAsync(secret, cancellationToken);
            if (read.Value is null)
                return new ApiResult<UserSecrets>(null, read.Refusal);
            _known = Sort(secret, read.Value);
            _readAt = time.Monotonic();
            return new ApiResult<UserSecrets>(_known, null);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<ApiResult<SecretObject>> CreateAsync(string name, CancellationToken cancellationToken)
    {
        var manifest =
            new SecretManifest(new ManifestMetadata(name) { Annotations = new Dictionary<string, string> { ["secrets_types"] = "{}" } });
        ApiResult<SecretObject> created = await api.CreateSecretAsync(
            JsonSerializer.SerializeToUtf8Bytes(manifest, ManifestJson.Default.SecretManifest), cancellationToken);
        return created.Refusal is { Class: RefusalClass.AlreadyExists } ? await api.GetSecretAsync(name, cancellationToken) : created;
    }

    /// <summary>A member without a noted kind is neither a variable nor a file: REANA did not create it.</summary>
    private static UserSecrets Sort(string name, SecretObject secret)
    {
        IReadOnlyList<string> keys = secret.Data ?? [];
        Dictionary<string, string> kinds = Kinds(secret.Metadata.Annotations?.SecretTypes);
        return new UserSecrets(
            name,
            [.. keys.Where(key => kinds.GetValueOrDefault(key) == "env")],
            [.. keys.Where(key => kinds.GetValueOrDefault(key) == "file")]);
    }

    private static Dictionary<string, string> Kinds(string? annotation)
    {
        try
        {
            return JsonSerializer.Deserialize(annotation ?? "{}", ObjectJson.Default.DictionaryStringString) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
