using System.Text.RegularExpressions;

namespace Scailfin.JobManagers.Kubernetes.Requests;

/// <summary>
/// The kubelet's check of an image, which runs only after Kubernetes has accepted the Job: what it refuses waits as
/// <c>InvalidImageName</c>. The grammar is that of https://github.com/distribution/reference (<c>ParseNormalizedNamed</c>), in its most
/// generous version: an image that some kubelet takes is not refused here.
/// </summary>
internal static class ImageReference
{
    private const string Component = "[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*";
    private const string Host = "([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)";
    private const string Domain = $@"({Host}(\.{Host})*|\[[a-fA-F0-9:]+\])(:[0-9]+)?";
    private const string Path = $"{Component}(/{Component})*";
    private const string Tag = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
    private const string Digest = "(?<algorithm>[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*):(?<digest>[0-9a-fA-F]{32,})";

    /// <summary>Lengths of digests by https://github.com/opencontainers/go-digest, in lower case.</summary>
    private static readonly Dictionary<string, int> Digests = new(StringComparer.Ordinal)
    {
        ["sha256"] = 64,
        ["sha384"] = 96,
        ["sha512"] = 128,
    };

    /// <summary>The longest repository name, without tag and digest.</summary>
    private const int LongestRepository = 255;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private static readonly Regex Grammar = new($@"\A({Domain}/)?(?<repository>{Path})(:{Tag})?(@{Digest})?\z", Options);

    private static readonly Regex Identifier = new(@"\A[a-f0-9]{64}\z", Options);

    /// <summary>The rule that an image breaks, as what it must be; null if the kubelet takes the image.</summary>
    public static string? Broken(string image)
    {
        if (image.Length == 0)
            return "must name an image";
        if (image.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
            return "must not contain white space";
        if (image[0] == '/')
            return "must name an image of a registry, such as docker.io/library/busybox:1; Kubernetes runs no image from a path";
        if (image.Contains("://", StringComparison.Ordinal))
            return "must name an image of a registry without a scheme, such as docker.io/library/busybox:1";
        if (Identifier.IsMatch(image))
            return "must not be 64 hexadecimal digits, which name no repository";
        if (Grammar.Match(image) is { Success: true } match)
            return BrokenPart(match);
        return Repository(image) is { } repository && repository.Any(char.IsUpper)
            ? $"must have a repository name in lower case, not '{repository}'"
            : "must have the form [registry[:port]/]repository[:tag][@digest], where a repository consists of parts of a-z and 0-9 with "
                + "single separators, joined by '/'";
    }

    private static string? BrokenPart(Match match)
    {
        if (match.Groups["repository"].Length > LongestRepository)
            return $"must have a repository of at most {LongestRepository} characters";
        string digest = match.Groups["digest"].Value;
        return Digests.TryGetValue(match.Groups["algorithm"].Value, out int length)
            && (digest.Length != length || digest.Any(char.IsAsciiLetterUpper))
                ? $"must have a {match.Groups["algorithm"].Value} digest of {length} digits 0-9 and a-f"
                : null;
    }

    /// <summary>Returns the repository: the part between registry and tag or digest, split as the kubelet does.</summary>
    private static string Repository(string image)
    {
        int slash = image.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? "" : image[..slash];
        bool isRegistry = first == "localhost" || first.AsSpan().IndexOfAny('.', ':') >= 0 || first.Any(char.IsUpper);
        string rest = isRegistry ? image[(slash + 1)..] : image;
        int end = rest.AsSpan().IndexOfAny(':', '@');
        return end < 0 ? rest : rest[..end];
    }
}
