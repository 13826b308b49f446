using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Scailfin.JobController.Tests.Access;

/// <summary>Signs tokens by hand, so that wrong ones can be made too.</summary>
internal sealed class IdentityProvider : IDisposable
{
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The public keys, as a JSON Web Key Set; <paramref name="more"/> further keys.</summary>
    public string Keys(string more = "")
    {
        RSAParameters rsa = _rsa.ExportParameters(false);
        ECParameters ec = _ec.ExportParameters(false);
        return $$"""
            {"keys": [
              {"kty": "RSA", "kid": "r", "use": "sig", "n": "{{Text(rsa.Modulus!)}}", "e": "{{Text(rsa.Exponent!)}}"},
              {"kty": "EC", "kid": "e", "use": "sig", "crv": "P-256", "x": "{{Text(ec.Q.X!)}}", "y": "{{Text(ec.Q.Y!)}}"}{{more}}]}
            """;
    }

    /// <summary>Signs claims; <paramref name="header"/> further members of the header.</summary>
    public string Sign(string algorithm, string claims, string? kid = null, string header = "")
    {
        string content = Content(algorithm, claims, kid ?? (algorithm.StartsWith('E') ? "e" : "r"), header);
        byte[] bytes = Encoding.ASCII.GetBytes(content);
        var hash = new HashAlgorithmName($"SHA{algorithm[2..]}");
        byte[] signature = algorithm[0] switch
        {
            'R' => _rsa.SignData(bytes, hash, RSASignaturePadding.Pkcs1),
            'P' => _rsa.SignData(bytes, hash, RSASignaturePadding.Pss),
            _ => _ec.SignData(bytes, hash),
        };
        return $"{content}.{Text(signature)}";
    }

    public static string Unsigned(string claims, string algorithm = "none") => Content(algorithm, claims, "r") + ".";

    /// <summary>As whoever knows the public key only could: it is the secret of an HMAC.</summary>
    public string SignWithPublicKey(string claims, bool asPem)
    {
        byte[] key = asPem ? Encoding.ASCII.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem()) : _rsa.ExportParameters(false).Modulus!;
        string content = Content("HS256", claims, "r");
        return $"{content}.{Text(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(content)))}";
    }

    public static string SignWithSecret(byte[] secret, string claims, string kid)
    {
        string content = Content("HS256", claims, kid);
        return $"{content}.{Text(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(content)))}";
    }

    public static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);

    public void Dispose()
    {
        _rsa.Dispose();
        _ec.Dispose();
    }

    private static string Content(string algorithm, string claims, string kid, string header = "") =>
        $"{Text(Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}","typ":"JWT","kid":"{{kid}}"{{header}}}"""))}."
            + $"{Text(Encoding.UTF8.GetBytes(claims))}";
}
