using System.Collections.Concurrent;
using Scailfin.Testing.Kubernetes.Http;

namespace Scailfin.Testing.Kubernetes.Access;

/// <summary>Bearer tokens and what their ServiceAccounts may.</summary>
public sealed class AccessRules
{
    private static readonly ApiUser Anonymous = new("system:anonymous", Role.Nothing);
    private readonly ConcurrentDictionary<string, ApiUser> _tokens = [];

    internal AccessRules(string administratorToken) => _tokens[administratorToken] = new ApiUser("kubernetes-admin", null);

    /// <summary>Answers a new token of that ServiceAccount.</summary>
    /// <remarks><c>role</c>: What it may in its own namespace; null: everything everywhere.</remarks>
    public string Grant(string @namespace, string serviceAccount, Role? role)
    {
        string token = $"token-{Guid.NewGuid():N}";
        _tokens[token] = new ApiUser($"system:serviceaccount:{@namespace}:{serviceAccount}", role);
        return token;
    }

    /// <summary>Answers a new token with the rights of the old one; the old one is no token any more.</summary>
    public string Rotate(string token)
    {
        if (!_tokens.TryRemove(token, out ApiUser? user))
            throw new ArgumentException("Not a token.", nameof(token));
        string fresh = $"token-{Guid.NewGuid():N}";
        _tokens[fresh] = user;
        return fresh;
    }

    /// <summary>A second token with the same rights; the old one stays valid, as real tokens do for a while.</summary>
    public string Renew(string token)
    {
        string fresh = $"token-{Guid.NewGuid():N}";
        _tokens[fresh] = _tokens[token];
        return fresh;
    }

    public void Revoke(string token) => _tokens.TryRemove(token, out _);

    /// <summary>Null: a token was sent, and is none.</summary>
    internal ApiUser? Authenticate(string authorization)
    {
        if (authorization.Length == 0)
            return Anonymous;
        return authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? _tokens.GetValueOrDefault(authorization[7..].Trim())
            : null;
    }

    internal ApiFailure? Refusal(ApiUser user, ApiRequest request)
    {
        string home = user.Name.StartsWith("system:serviceaccount:", StringComparison.Ordinal) ? user.Name.Split(':')[2] : "";
        if (user.Role is null
            || (request.Namespace == home && user.Role.Allows(request.Verb, request.Type.Group, request.Resource, request.Name)))
            return null;
        string subject = request.Name is null ? request.Type.QualifiedName : $"{request.Type.QualifiedName} \"{request.Name}\"";
        string where = request.Namespace is null ? "at the cluster scope" : $"in the namespace \"{request.Namespace}\"";
        return new ApiFailure(
            403,
            "Forbidden",
            $"{subject} is forbidden: User \"{user.Name}\" cannot {request.Verb} resource \"{request.Resource}\" in API group "
                + $"\"{request.Type.Group}\" {where}",
            ApiFailure.DetailsOf(request.Type, request.Name));
    }
}
