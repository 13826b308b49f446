using System.Globalization;
using System.Text.RegularExpressions;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Verdicts;

/// <summary>
/// Decides by the class of a failed image pull whether another try can succeed. The kubelet passes on the runtime's message, a chain of
/// wrapped errors. The first error of the chain that has a class decides, and only as a whole: what follows is text of registries and
/// proxies. A message without any class is transient: the pull is retried until the timeout for images has passed.
/// </summary>
internal static class PullFailure
{
    /// <summary>Answers of a registry that another try does not change.</summary>
    private static readonly HashSet<int> FinalStatus = [400, 401, 403, 404, 405, 406, 410, 415, 451];

    /// <summary>Errors that have a class, as they are after <see cref="ErrorChain"/>, each with its source.</summary>
    private static readonly (Regex Error, bool IsFinal)[] Classes =
    [
        // https://grpc.io/docs/guides/status-codes/. Other codes are ambiguous: containerd also answers NotFound for its own store.
        Transient("code = (Unavailable|DeadlineExceeded|ResourceExhausted|Canceled|Aborted)"),

        // https://github.com/containerd/containerd/blob/main/core/remotes/docker/resolver.go
        Transient("failed to do request"),
        Transient("no resolve hosts"),
        Final("pull access denied, repository does not exist or may require authorization"),
        Final("""media type "" is no longer supported since containerd v.*"""),
        Final(@"rejecting \d+ byte manifest for \S+"),

        // https://pkg.go.dev/net/url#Error: a request without an answer.
        Transient(@"(Get|Head|Post|Put) """""),

        // https://github.com/containerd/containerd/blob/main/core/unpack/unpacker.go, .../core/remotes/handlers.go: the image was found.
        Transient("failed (to (copy|extract layer|unpack|prepare extraction snapshot|get reader from content store)|commit on ref).*"),

        // https://github.com/containerd/containerd/blob/main/core/images/image.go
        Final(@"no match for platform in manifest( \S+)?"),

        // https://github.com/moby/moby/blob/master/daemon/internal/distribution/errors.go, .../pull_v2.go
        Final(@"pull access denied for \S+, repository does not exist or may require 'docker login'"),
        Final(@"manifest for \S+ not found"),
        Final(@"no matching manifest for \S+ in the manifest list entries"),

        // https://github.com/containers/image/tree/main/internal/manifest (CRI-O)
        Final("no image found in (manifest list|image index) for architecture .*"),

        // https://github.com/distribution/reference/blob/main/reference.go
        Final("invalid reference format"),

        // https://distribution.github.io/distribution/spec/api/#errors-2, as errcode.ErrorCode prints them.
        Final("manifest unknown|manifest invalid|name unknown|name invalid|tag invalid|unauthorized|denied|unsupported"),
        Transient("toomanyrequests|unavailable|unknown"),
    ];

    /// <summary>
    /// An error that is an HTTP status with its phrase: containerd's "unexpected status from HEAD request to URL: 503 Service Unavailable",
    /// dockerd's "received unexpected HTTP status: 503 Service Unavailable"
    /// (https://github.com/containerd/containerd/blob/main/core/remotes/docker/errors/errors.go).
    /// </summary>
    private static readonly Regex StatusLine =
        ErrorChain.Whole("(?<code>[1-5][0-9][0-9]) [A-Z][A-Za-z'-]*( [A-Za-z'-]+)*( - Server message)?");

    /// <summary>https://github.com/containers/image/blob/main/docker/errors.go.</summary>
    private static readonly Regex StatusInWords = ErrorChain.Whole(@"invalid status code from registry (?<code>[1-5][0-9][0-9])\b.*");

    private static readonly Regex BareStatus = ErrorChain.Whole(@"(?<code>[1-5][0-9][0-9])\b.*");

    /// <summary>The next error of the chain is a status, with or without its phrase.</summary>
    private static readonly Regex Announcement = ErrorChain.Whole(@"StatusCode|(received )?unexpected (HTTP )?status\b.*");

    private static readonly Regex Resolving = ErrorChain.Whole(@"failed to resolve (reference """"|image)");

    /// <summary>Whether no later try of this pull can succeed.</summary>
    public static bool IsFinal(string message)
    {
        IReadOnlyList<string> chain = ErrorChain.Of(message);
        for (int i = 0; i < chain.Count; i++)
        {
            if (StatusOf(chain, i) is { } status)
                return FinalStatus.Contains(status);
            if (chain[i] == "not found")
                return IsFromRegistry(chain.Take(i));
            foreach ((Regex error, bool isFinal) in Classes)
            {
                if (error.IsMatch(chain[i]))
                    return isFinal;
            }
        }

        return false;
    }

    private static int? StatusOf(IReadOnlyList<string> chain, int at)
    {
        bool isAnnounced = at > 0 && Announcement.IsMatch(chain[at - 1]);
        Regex[] forms = isAnnounced ? [BareStatus] : [StatusLine, StatusInWords];
        return forms.Select(form => form.Match(chain[at])).FirstOrDefault(match => match.Success) is { } found
            ? int.Parse(found.Groups["code"].Value, CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>
    /// containerd's "not found" (errdefs.ErrNotFound) stands for a registry's 404 only while the reference is resolved; otherwise something
    /// is missing in the node's own store.
    /// </summary>
    private static bool IsFromRegistry(IEnumerable<string> before) => before.Any(error => Resolving.IsMatch(error));

    private static (Regex Error, bool IsFinal) Transient(string pattern) => (ErrorChain.Whole(pattern), false);

    private static (Regex Error, bool IsFinal) Final(string pattern) => (ErrorChain.Whole(pattern), true);
}
