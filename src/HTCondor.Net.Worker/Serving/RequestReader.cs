using System.Collections.Concurrent;
using System.Text.Json;
using HTCondor.Net.Transports.Native.Protocol;

namespace HTCondor.Net.Worker.Serving;

/// <summary>
/// Reads requests on a thread of its own, so that the end of standard input ends the process even while the library hangs. Nobody who asked for
/// something is left then.
/// </summary>
internal sealed class RequestReader(Stream input)
{
    private const int MostWaiting = 16;
    private const int BadInput = 2;

    private readonly BlockingCollection<WorkerRequest> _requests = new(MostWaiting);

    public void Start() => new Thread(Read) { IsBackground = true, Name = "requests" }.Start();

    public WorkerRequest Next() => _requests.Take();

    private void Read()
    {
        try
        {
            var lines = new LineBuffer();
            int count;
            while ((count = input.Read(lines.Space().Span)) > 0)
            {
                lines.Added(count);
                while (lines.TryTake(out ReadOnlyMemory<byte>? line))
                    _requests.Add(JsonSerializer.Deserialize(line.Value.Span, WorkerJson.Lines.WorkerRequest) ?? throw new JsonException("A request is null."));
            }
        }
        catch (Exception problem)
        {
            Console.Error.WriteLine($"htcondor-net-worker: a request is not understood: {problem.Message}");
            ProcessControl.ExitNow(BadInput);
        }

        ProcessControl.ExitNow(0);
    }
}
