namespace HTCondor.Net.Worker.Native;

/// <summary>
/// Queries a schedd for ads and reads them one by one, as the library's own query does, but without its callback into this program.
/// </summary>
internal sealed unsafe class AdStream(CondorLibrary library)
{
    /// <summary><c>QUERY_JOB_ADS_WITH_AUTH</c>.</summary>
    public const int QueueCommand = 519;

    /// <summary><c>QUERY_SCHEDD_HISTORY</c>.</summary>
    public const int HistoryCommand = 515;

    /// <summary>
    /// Reads the ads of a query. Queue and history both end with an ad whose Owner is 0; the queue ends the message after each ad, the
    /// history does not.
    /// </summary>
    public void Read(ScheddHandle schedd, int command, NativeAd request, int timeoutSeconds, Action<NativeAd> use)
    {
        void* socket = Start(schedd, command, timeoutSeconds);
        try
        {
            Say(socket, request);
            bool messageEach = command == QueueCommand;
            using var owner = new NativeText("Owner");
            while (true)
            {
                using var ad = new NativeAd(library);
                if (library.GetClassAd(socket, ad.Pointer) == 0)
                    throw Broken("reading an ad");
                bool last = ad.Integer(owner) == 0;
                if ((last || messageEach) && library.EndOfMessage(socket) == 0)
                    throw Broken("reading the end of a message");
                if (last)
                {
                    Check(ad);
                    return;
                }

                use(ad);
            }
        }
        finally
        {
            library.DeleteSocket(socket);
        }
    }

    private void* Start(ScheddHandle schedd, int command, int timeoutSeconds)
    {
        using var errors = new ErrorStack(library);
        void* socket = library.StartCommand(
            schedd.Pointer, command, CondorLibrary.ReliableStream, timeoutSeconds, errors.Pointer, null, 0, null, 1);
        if (socket is not null)
            return socket;
        if (!errors.IsLostSession)
            throw errors.Failure("Connecting to the schedd");

        using var again = new ErrorStack(library);
        socket = library.StartCommand(
            schedd.Pointer, command, CondorLibrary.ReliableStream, timeoutSeconds, again.Pointer, null, 0, null, 1);
        return socket is null ? throw again.Failure("Connecting to the schedd") : socket;
    }

    private void Say(void* socket, NativeAd request)
    {
        if (library.PutClassAd(socket, request.Pointer) == 0 || library.EndOfMessage(socket) == 0)
            throw Broken("sending the request");
    }

    private void Check(NativeAd last)
    {
        using var errorCode = new NativeText("ErrorCode");
        if (last.Integer(errorCode) is not (int code and not 0))
            return;
        using var printer = new AdPrinter(library);
        string text = "";
        printer.Print(last, json => text = System.Text.Encoding.UTF8.GetString(json));
        throw CondorFailure.Of("SCHEDD", code, $"The schedd could not answer the query: {text}");
    }

    private static CondorFailure Broken(string doing) =>
        CondorFailure.Of("CEDAR", 0, $"The connection to the schedd broke, or it did not answer in time, while {doing}.", retryable: true);
}
