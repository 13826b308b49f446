using System.Net;
using System.Net.Sockets;
using Scailfin.Testing;

namespace Scailfin.EndToEnd.Tests.Image;

/// <summary>The parent under REANA's start commands, which keeps the listening socket while the service is away (contract B.4).</summary>
public sealed class ParentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_poll_waits_while_the_service_is_killed_and_started_again()
    {
        await using StartedParent parent = StartedParent.Start();
        await parent.ListensAsync();
        Assert.Equal(HttpStatusCode.OK, await parent.PollAsync());
        var services = new HashSet<int>();
        for (int kill = 0; kill < 4; kill++)
        {
            Assert.True(services.Add(await parent.KillServiceAsync()));
            Assert.Equal(HttpStatusCode.OK, await parent.PollAsync());
        }

        Assert.Contains(
            "The service ended by signal 9, and is started again; requests wait meanwhile", parent.Log, StringComparison.Ordinal);
        Assert.False(parent.HasExited);
    }

    [Fact]
    public async Task No_connection_is_refused_whenever_the_service_is_killed()
    {
        await using StartedParent parent = StartedParent.Start();
        await parent.ListensAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        int answered = 0;
        int refused = 0;
        Task polling = Task.Run(
            async () =>
            {
                while (!end.IsCancellationRequested)
                {
                    try
                    {
                        await parent.PollAsync();
                        Interlocked.Increment(ref answered);
                    }
                    catch (HttpRequestException exception)
                    {
                        // What the killed service had accepted is reset; a connection that is refused would end an engine.
                        if (exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
                            Interlocked.Increment(ref refused);
                    }
                }
            },
            Cancellation);
        for (int kill = 0; kill < 4; kill++)
        {
            int before = Volatile.Read(ref answered);
            await parent.KillServiceAsync();
            await Eventually.TrueAsync(() => Volatile.Read(ref answered) > before + 10, "polls are answered again");
        }

        await end.CancelAsync();
        await polling;
        Assert.Equal(0, refused);
    }

    [Fact]
    public async Task The_programs_that_the_service_starts_do_not_inherit_the_socket()
    {
        await using StartedParent parent = StartedParent.Start();
        await parent.ListensAsync();
        Assert.Equal(HttpStatusCode.OK, await parent.PollAsync());
        string info = await File.ReadAllTextAsync($"/proc/{parent.Service}/fdinfo/3", Cancellation);
        int flags = Convert.ToInt32(info.Split('\n').Single(line => line.StartsWith("flags:", StringComparison.Ordinal))[6..].Trim(), 8);
        const int CloseOnExec = 0x80000;
        Assert.Equal(CloseOnExec, flags & CloseOnExec);
    }

    [Fact]
    public async Task A_termination_signal_ends_service_and_parent_with_the_services_code()
    {
        await using StartedParent parent = StartedParent.Start();
        await parent.ListensAsync();
        Assert.Equal(HttpStatusCode.OK, await parent.PollAsync());
        int service = parent.Service;
        parent.Signal(ProcessTable.Terminate);
        Assert.Equal(0, await parent.EndAsync());
        Assert.False(Directory.Exists($"/proc/{service}"));
    }

    [Fact]
    public async Task After_five_crashes_within_a_minute_the_parent_gives_up_with_the_reason()
    {
        await using StartedParent parent = StartedParent.Start();
        for (int kill = 0; kill < 5; kill++)
            await parent.KillServiceAsync();
        Assert.Equal(128 + ProcessTable.Kill, await parent.EndAsync());
        Assert.Contains(
            "| root | MainThread | ERROR | The service ended by signal 9: 5 crashes within 60 s. It is not started again",
            parent.Log,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_are_refused_end_the_parent_at_once()
    {
        await using StartedParent parent = StartedParent.Start(null, KeyValuePair.Create("SCAILFIN_RETENTION", "never"));
        Assert.Equal(2, await parent.EndAsync());
        Assert.Single(parent.Log.Split('\n'), line => line.Contains("SCAILFIN_RETENTION is 'never'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_ini_file_without_an_address_is_refused_with_the_reason()
    {
        await using StartedParent parent = StartedParent.Start("[uwsgi]\nthreads = 2\n");
        Assert.Equal(2, await parent.EndAsync());
        Assert.Contains("uwsgi.ini' of uwsgi --ini has no line 'http'", parent.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_of_the_user_does_not_move_the_address()
    {
        await using StartedParent parent = StartedParent.Start(null, KeyValuePair.Create("SCAILFIN_LISTEN", "http://127.0.0.1:1"));
        await parent.ListensAsync();
        Assert.Equal(HttpStatusCode.OK, await parent.PollAsync());
    }
}
