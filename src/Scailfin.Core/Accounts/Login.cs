using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Scailfin.Core.Accounts;

/// <summary>An account of this machine.</summary>
/// <param name="Name">Its login name.</param>
/// <param name="User">The id of its user.</param>
/// <param name="Group">The id of its first group.</param>
public sealed partial record Login(string Name, uint User, uint Group)
{
    private const int BufferTooSmall = 34;
    private const int NoSuchEntry = 2;
    private const int NoSuchProcess = 3;
    private const int LongestEntry = 1 << 20;

    /// <summary>A login name that a service may act as: never root's, nothing that a command could take for an option or a path.</summary>
    public static bool IsName(string text) => text != "root" && NameForm().IsMatch(text);

    /// <summary>Finds an account, as the machine's name service knows it: getpwnam_r(3).</summary>
    /// <returns>
    /// The account; null if the name service knows none of that name, which it also says while a part of it, such as a directory server,
    /// does not answer.
    /// </returns>
    /// <exception cref="IOException">The name service does not answer.</exception>
    public static Login? Find(string name)
    {
        for (int length = 4096; length <= LongestEntry; length *= 2)
        {
            int error = SysFindByName(name, out Entry entry, new byte[length], length, out nint found);
            if (error == 0 && found != 0)
                return new Login(name, entry.User, entry.Group);
            if (error is 0 or NoSuchEntry or NoSuchProcess)
                return null;
            if (error != BufferTooSmall)
                throw new IOException($"The account '{name}' cannot be looked up: {Marshal.GetPInvokeErrorMessage(error)}.", error);
        }

        throw new IOException($"The account '{name}' cannot be looked up: its entry is longer than {LongestEntry} bytes.");
    }

    /// <summary>Finds the name of a user's id: getpwuid_r(3).</summary>
    /// <returns>The name; null if none is known.</returns>
    public static string? NameOf(uint user)
    {
        byte[] buffer = new byte[64 << 10];
        int error = SysFindById(user, out Entry entry, buffer, buffer.Length, out nint found);
        return error == 0 && found != 0 ? Marshal.PtrToStringUTF8(entry.Name) : null;
    }

    [GeneratedRegex("^[a-z_][a-z0-9_.-]{0,31}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameForm();

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SysFindByName(string name, out Entry entry, [Out] byte[] buffer, nint length, out nint found);

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static partial int SysFindById(uint user, out Entry entry, [Out] byte[] buffer, nint length, out nint found);

    /// <summary>struct passwd of Linux' C libraries.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public nint Name;
        public nint Password;
        public uint User;
        public uint Group;
        public nint Gecos;
        public nint Directory;
        public nint Shell;
    }
}
