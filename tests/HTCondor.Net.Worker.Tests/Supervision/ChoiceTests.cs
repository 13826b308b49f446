using HTCondor.Net.Schedds;
using HTCondor.Net.Transports.Native;
using Microsoft.Extensions.Logging;

namespace HTCondor.Net.Worker.Tests.Supervision;

/// <summary>Which transport a schedd is opened with, and what the log says of it.</summary>
public sealed class ChoiceTests
{
    [Fact]
    public async Task A_worker_that_works_is_used_and_its_version_is_said_once()
    {
        await using var workers = new FakeWorkers("answer");
        var log = new KeptLog();
        await using Schedd schedd = await OpenAsync(workers.Options, log);
        Assert.Equal("native", schedd.TransportName);
        Assert.Equal("Information: HTCondor is reached through its library, $CondorVersion: 23.9.6 $", Assert.Single(log.Lines));
    }

    [Theory]
    [InlineData("unusable", "HTCondor 99.1 is outside the tested range, 23.9 to 25.14.")]
    [InlineData("future", "version 2 of the protocol")]
    [InlineData("no-start", "cannot read /etc/condor")]
    public async Task Where_the_worker_cannot_be_used_the_command_line_is_and_the_reason_is_said_once(string mode, string says)
    {
        await using var workers = new FakeWorkers(mode);
        var log = new KeptLog();
        await using Schedd schedd = await OpenAsync(workers.Options, log);
        Assert.Equal("command line", schedd.TransportName);
        string line = Assert.Single(log.Lines);
        Assert.StartsWith(
            "Warning: HTCondor is reached through its command line, because its library cannot be used: ", line, StringComparison.Ordinal);
        Assert.Contains(says, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_worker_the_command_line_is_used()
    {
        var log = new KeptLog();
        await using Schedd schedd = await OpenAsync(new NativeTransportOptions { WorkerProgram = "/nowhere/htcondor-net-worker" }, log);
        Assert.Equal("command line", schedd.TransportName);
        Assert.Contains("/nowhere/htcondor-net-worker", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Native_that_was_asked_for_and_cannot_be_used_is_an_error_with_the_reason()
    {
        await using var workers = new FakeWorkers("unusable");
        HTCondorError error = await Calls.FailsAsync(OpenAsync(workers.Options, new KeptLog(), TransportChoice.Native));
        Assert.Equal("HTCondor's library cannot be used: HTCondor 99.1 is outside the tested range, 23.9 to 25.14.", error.Text);
    }

    [Fact]
    public async Task The_command_line_that_was_asked_for_starts_no_worker()
    {
        await using var workers = new FakeWorkers("answer");
        await using Schedd schedd = await OpenAsync(workers.Options, new KeptLog(), TransportChoice.CommandLine);
        Assert.Equal("command line", schedd.TransportName);
        Assert.Empty(workers.Starts);
    }

    private static Task<Schedd> OpenAsync(NativeTransportOptions native, KeptLog log, TransportChoice choice = TransportChoice.Automatic) =>
        Schedd.OpenAsync(
            new ScheddOptions { Native = native, Transport = choice }, log, cancellationToken: TestContext.Current.CancellationToken);

    private sealed class KeptLog : ILoggerFactory, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lines)
                Lines.Add($"{logLevel}: {formatter(state, exception)}");
        }

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
