using Microsoft.Extensions.Logging;
using Npgsql;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;

namespace Scailfin.Storage.PostgreSql;

/// <summary>
/// One row that says which instance drives the jobs of a database (design, section 4.8): 15 s by the server's clock, renewed every 5 s. Who
/// finds it expired takes it with the next epoch; every commit of the old holder checks its epoch and fails from then on.
/// </summary>
internal sealed partial class PostgreSqlLease(PostgreSqlDatabase database, TimeProvider time, ILogger<PostgreSqlLease> logger) : ILease
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long after the beginning of a renewal no other instance can have the lease: its 15 s, less a margin for requests in progress.
    /// </summary>
    private static readonly TimeSpan Certain = TimeSpan.FromSeconds(12);

    private readonly string _holder = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}";
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private Task _renewing = Task.CompletedTask;
    private long _epoch;
    private long _renewedAt;

    public bool IsHeld => time.GetElapsedTime(Interlocked.Read(ref _renewedAt)) < Certain;

    public Task Lost => _lost.Task;

    /// <summary>The first statement of every commit; the whole commit fails if this instance no longer holds the lease.</summary>
    /// <exception cref="JobStoreException">This instance never held the lease, or is known to have lost it.</exception>
    public NpgsqlBatchCommand Check() => Interlocked.Read(ref _epoch) is > 0 and long epoch && !_lost.Task.IsCompleted
        ? Parameters.Command(CheckText, Parameters.Text(_holder), Parameters.Long(epoch))
        : throw new JobStoreException(
            _lost.Task.IsCompleted ? LostText : "This instance does not hold the lease of the job store, so it may not write.");

    /// <summary>Whether a commit failed because of <see cref="Check"/>: nothing else here divides.</summary>
    public static bool IsRefusal(Exception exception) => PostgreSqlErrors.Is(exception, DivisionByZero);

    /// <summary>Takes note of such a failure.</summary>
    public JobStoreException Refused(Exception exception)
    {
        Lose();
        return new JobStoreException(LostText, exception);
    }

    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        string? said = null;
        while (true)
        {
            string waitsFor;
            try
            {
                long begun = time.GetTimestamp();
                if (await TryAcquireAsync(cancellationToken) is { } epoch)
                {
                    Interlocked.Exchange(ref _renewedAt, begun);
                    Interlocked.Exchange(ref _epoch, epoch);
                    _renewing = Task.Run(RenewAsync, CancellationToken.None);
                    return;
                }

                waitsFor = "another instance holds it";
            }
            catch (JobStoreUnavailableException exception)
            {
                waitsFor = exception.Message;
            }

            if (waitsFor != said)
                LogWaiting(logger, said = waitsFor);
            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    /// <summary>Lets go, so that the next instance need not wait for the expiry.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _renewing;
        if (Interlocked.Exchange(ref _epoch, 0) is > 0 and long epoch && !_lost.Task.IsCompleted)
            await FreeAsync(epoch);
    }

    private async Task RenewAsync()
    {
        TimeSpan wait = RenewInterval;
        try
        {
            while (!_lost.Task.IsCompleted)
            {
                await Task.Delay(wait, time, _stopping.Token);
                try
                {
                    long begun = time.GetTimestamp();
                    if (await TryRenewAsync(_stopping.Token))
                        Interlocked.Exchange(ref _renewedAt, begun);
                    else
                        Lose();
                    wait = RenewInterval;
                }
                catch (JobStoreException exception)
                {
                    // While the database is unreachable, no other instance can take the lease, so this instance has not lost it.
                    LogNotRenewed(logger, exception.Message);
                    wait = PollInterval;
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The service is stopping.
        }
    }

    private void Lose()
    {
        if (_lost.TrySetResult())
            LogLost(logger);
    }

    [LoggerMessage(EventId = 300, Level = LogLevel.Information, Message = "Waiting for the lease of the job store: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 301, Level = LogLevel.Warning, Message = "The lease of the job store could not be renewed, trying again: {Reason}")]
    private static partial void LogNotRenewed(ILogger logger, string reason);

    [LoggerMessage(EventId = 302, Level = LogLevel.Error, Message = "The lease of the job store was lost to another instance")]
    private static partial void LogLost(ILogger logger);
}
