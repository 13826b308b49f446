using System.Security.Cryptography;
using Scailfin.Core.JobManagers;

namespace Scailfin.JobWrapper;

/// <summary>The directory of an attempt's files, and how the workspace is staged in and out.</summary>
public sealed record WrapperPlace
{
    /// <summary>The staging of the workspace.</summary>
    public required StagingMode Staging { get; init; }

    /// <summary>
    /// Shared: absolute directory of the attempt on the node. Transfer: the same, or null for the directory that the job starts in.
    /// Chirp: absolute directory of the attempt on the submit host, reached through HTCondor's I/O proxy.
    /// </summary>
    public string? Directory { get; init; }

    /// <summary>Whether the main stream also goes to the wrapper's standard output, cut to the same length as the log.</summary>
    public bool EchoesOutput { get; init; }

    /// <summary>
    /// The nonce that only this wrapper gets, and that its receipt repeats: a receipt with another one belongs to another attempt. From
    /// <see cref="NewNonce"/>; empty for none.
    /// </summary>
    public string Nonce { get; init; } = "";

    /// <summary>
    /// Shared: the path without links that the workspace must have when the wrapper enters it, else the step does not start. Empty if the
    /// path is not checked: another node may reach the workspace by another path.
    /// </summary>
    public string WorkspaceIs { get; init; } = "";

    /// <summary>As whom a wrapper that runs as root starts the step; null: as itself.</summary>
    public StepUser? StepUser { get; init; }

    /// <summary>
    /// Transfer and chirp: what the archive of the workspace must be when it arrives, else the step does not start. Null if that is not
    /// known, or there is no archive.
    /// </summary>
    public (long Size, string Sha256)? Input { get; init; }

    /// <summary>Makes a nonce: 128 random bits, in lower-case hexadecimal digits.</summary>
    public static string NewNonce() => RandomNumberGenerator.GetHexString(NonceLength, lowercase: true);

    /// <summary>The attempt's directory is on a file system that the node shares, as for jobs of this machine.</summary>
    public static WrapperPlace Shared(string directory) => new() { Staging = StagingMode.Shared, Directory = directory };

    internal const int NonceLength = 32;

    internal static bool IsNonce(string text) => IsHexadecimal(text, NonceLength);

    /// <exception cref="ArgumentException">
    /// The nonce or a digest has another form; the mode needs a directory that is not there, or it is not absolute.
    /// </exception>
    internal void Check()
    {
        if (Directory is null ? Staging != StagingMode.Transfer : !Path.IsPathFullyQualified(Directory))
            throw new ArgumentException($"Staging {Staging} cannot use the directory '{Directory}': it must be an absolute path.");
        if (Nonce.Length > 0 && !IsNonce(Nonce))
            throw new ArgumentException($"A nonce has {NonceLength} lower-case hexadecimal digits.");
        if (Input is { } input && (input.Size < 0 || !IsHexadecimal(input.Sha256, 64)))
            throw new ArgumentException("The input archive needs its size and its SHA-256, in 64 lower-case hexadecimal digits.");
    }

    private static bool IsHexadecimal(string text, int length) => text.Length == length && text.All(char.IsAsciiHexDigitLower);
}

/// <summary>The user of a step that root's service starts.</summary>
/// <param name="User">The id of the user; never 0.</param>
/// <param name="Group">The id of the user's first group.</param>
/// <param name="Login">The login, whose other groups the step has too; empty for an id that is nobody's login.</param>
public sealed record StepUser(uint User, uint Group, string Login = "")
{
    /// <summary>The words in front of a command that the user runs: setpriv(1).</summary>
    internal IEnumerable<string> Words =>
        ["setpriv", $"--reuid={User}", $"--regid={Group}", Login.Length > 0 ? "--init-groups" : "--clear-groups"];
}
