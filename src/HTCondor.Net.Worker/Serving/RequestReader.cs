using System.Text.Json;
using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker.Serving;

/// <summary>
/// Reads requests on the thread that serves them. Another thread watches standard input, so that its end ends the process even while
/// the library hangs. By then the client of every request has ended.
/// </summary>
internal sealed class RequestReader(Stream input)
{
    private const int BadInput = 2;

    private readonly LineBuffer _lines = new();

    /// <summary>Begins to watch.</summary>
    public static void Watch() => new Thread(Wait) { IsBackground = true, Name = "input" }.Start();

    /// <summary>The next one; its end, or what is not understood, ends the process.</summary>
    public WorkerRequest Next()
    {
        try
        {
            ReadOnlyMemory<byte>? line;
            while (!_lines.TryTake(out line))
            {
                int count = input.Read(_lines.Space().Span);
                if (count == 0)
                    ProcessControl.ExitNow(0);
                _lines.Added(count);
            }

            return JsonSerializer.Deserialize(line.Value.Span, WorkerJson.Lines.WorkerRequest)
                ?? throw new JsonException("A request is null.");
        }
        catch (Exception problem)
        {
            Console.Error.WriteLine($"htcondor-net-worker: a request is not understood: {problem.Message}");
            ProcessControl.ExitNow(BadInput);
            throw;
        }
    }

    private static void Wait()
    {
        if (ProcessControl.WaitForHangUp())
            ProcessControl.ExitNow(0);
    }
}
