namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>A value of the wrong type, in the decoder's words.</summary>
internal sealed class DecodingFailureException(string what) : Exception(what);
