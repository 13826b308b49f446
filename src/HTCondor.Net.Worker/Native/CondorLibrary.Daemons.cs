namespace HTCondor.Net.Worker.Native;

internal sealed unsafe partial class CondorLibrary
{
    /// <summary><c>Stream::reli_sock</c>.</summary>
    public const int ReliableStream = 3;

    public delegate* unmanaged<void*, byte*, byte*, void> NewSchedd { get; private set; }

    public delegate* unmanaged<void*, void> EndSchedd { get; private set; }

    public delegate* unmanaged<void*, int, byte> Locate { get; private set; }

    public delegate* unmanaged<void*, byte*> Address { get; private set; }

    public delegate* unmanaged<void*, byte*> Version { get; private set; }

    public delegate* unmanaged<void*, byte*> Name { get; private set; }

    /// <summary>
    /// The timeout is an int in 23.9 and a long in 25.14: passed as a long, both read it right (x86-64 and arm64 pass both in a register).
    /// </summary>
    public delegate* unmanaged<void*, int, int, long, void*, byte*, byte, byte*, byte, void*> StartCommand { get; private set; }

    public delegate* unmanaged<void*, int> EndOfMessage { get; private set; }

    public delegate* unmanaged<void*, void> DeleteSocket { get; private set; }

    public delegate* unmanaged<void*, int, byte*> ErrorSubsystem { get; private set; }

    public delegate* unmanaged<void*, int, byte*> ErrorMessage { get; private set; }

    public delegate* unmanaged<void*, int, int> ErrorCode { get; private set; }

    public delegate* unmanaged<void*, void> EndErrors { get; private set; }

    private void BindDaemons(SymbolTable symbols)
    {
        NewSchedd = (delegate* unmanaged<void*, byte*, byte*, void>)symbols.Find("_ZN8DCScheddC1EPKcS1_");
        EndSchedd = (delegate* unmanaged<void*, void>)symbols.Find("_ZN8DCScheddD1Ev");
        Locate = (delegate* unmanaged<void*, int, byte>)symbols.Find("_ZN6Daemon6locateENS_10LocateTypeE");
        Address = (delegate* unmanaged<void*, byte*>)symbols.Find("_ZN6Daemon4addrEv");
        Version = (delegate* unmanaged<void*, byte*>)symbols.Find("_ZN6Daemon7versionEv");
        Name = (delegate* unmanaged<void*, byte*>)symbols.Find("_ZN6Daemon4nameEv");
        StartCommand = (delegate* unmanaged<void*, int, int, long, void*, byte*, byte, byte*, byte, void*>)symbols.Find(
            "_ZN6Daemon12startCommandEiN6Stream11stream_typeEiP11CondorErrorPKcbS5_b",
            "_ZN6Daemon12startCommandEiN6Stream11stream_typeElP11CondorErrorPKcbS5_b");
        EndOfMessage = (delegate* unmanaged<void*, int>)symbols.Find("_ZN8ReliSock14end_of_messageEv");
        DeleteSocket = (delegate* unmanaged<void*, void>)symbols.Find("_ZN8ReliSockD0Ev");
        ErrorSubsystem = (delegate* unmanaged<void*, int, byte*>)symbols.Find("_ZNK11CondorError6subsysEi");
        ErrorMessage = (delegate* unmanaged<void*, int, byte*>)symbols.Find("_ZNK11CondorError7messageEi");
        ErrorCode = (delegate* unmanaged<void*, int, int>)symbols.Find("_ZNK11CondorError4codeEi");
        EndErrors = (delegate* unmanaged<void*, void>)symbols.Find("_ZN11CondorErrorD1Ev");
    }
}
