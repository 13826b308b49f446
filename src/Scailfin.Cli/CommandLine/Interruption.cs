using System.Runtime.InteropServices;

namespace Scailfin.Cli.CommandLine;

/// <summary>Ctrl-C and SIGTERM as a cancellation, instead of the end of the process.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source;

    private readonly PosixSignalRegistration[] _signals;

    public Interruption(CancellationToken outer)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(outer);
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        ];
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        _source.Cancel();
    }
}
