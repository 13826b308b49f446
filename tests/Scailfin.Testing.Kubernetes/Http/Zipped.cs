using System.IO.Compression;

namespace Scailfin.Testing.Kubernetes.Http;

internal static class Zipped
{
    public static byte[] Bytes(ReadOnlyMemory<byte> plain)
    {
        using var zipped = new MemoryStream();
        using (var writer = new GZipStream(zipped, CompressionLevel.Fastest))
            writer.Write(plain.Span);
        return zipped.ToArray();
    }
}
