using System.Net.Sockets;
using System.Text;
using Scailfin.JobController.Hosting;
using Scailfin.Testing;

namespace Scailfin.JobController.Tests.Hosting;

/// <summary>Clients that only hold connections do not keep others out, nor the service from its own work.</summary>
public sealed class ConnectionLimitTests
{
    private const int Limit = 16;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(64, 16)]
    [InlineData(256, 64)]
    [InlineData(1024, 384)]
    [InlineData(65536, 2048)]
    [InlineData(long.MaxValue, 2048)]
    public void The_service_keeps_descriptors_for_its_own_work(long descriptors, int connections) =>
        Assert.Equal(connections, ConnectionLimit.Of(descriptors));

    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 1024L)]
    [InlineData("Max open files            unlimited            unlimited            files     ", long.MaxValue)]
    [InlineData("Max processes             1                    1                    processes ", null)]
    public void The_limit_of_descriptors_is_the_soft_one(string line, long? limit) =>
        Assert.Equal(limit, DescriptorLimit.Parse(["Limit                     Soft Limit           Hard Limit           Units", line]));

    [Fact]
    public async Task The_connection_that_has_been_idle_for_the_longest_time_makes_room_for_a_new_one()
    {
        await using Edge edge = await Edge.StartAsync(settings => settings with { Connections = Limit });
        var idle = new List<TcpClient>();
        try
        {
            for (int index = 0; index < 10 * Limit; index++)
            {
                var client = new TcpClient();
                idle.Add(client);
                await client.ConnectAsync(edge.Http.BaseAddress!.Host, edge.Http.BaseAddress.Port, Cancellation);
            }

            await Eventually.EndAsync(
                Assert.ThrowsAsync<IOException>(() => idle[0].GetStream().ReadAsync(new byte[1], Cancellation).AsTask()),
                "the oldest connection is closed");
            Assert.Equal(200, (await edge.GetAsync("/jobs")).Status);
            await edge.SubmitAsync();
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task A_connection_whose_request_is_being_answered_is_not_closed_for_a_new_one()
    {
        await using Edge edge = await Edge.StartAsync(
            settings => settings with { Connections = 2 }, backend: new ScriptedJobManager { AutoRun = false });
        string id = (await edge.SubmitAsync()).Id.ToString();
        using HttpResponseMessage following = await edge.Http.GetAsync(
            new Uri($"/jobs/{id}/logs?follow=true", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await using Stream lines = await following.Content.ReadAsStreamAsync(Cancellation);
        for (int index = 0; index < 10; index++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(edge.Http.BaseAddress!.Host, edge.Http.BaseAddress.Port, Cancellation);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"), Cancellation);
            Assert.True(await client.GetStream().ReadAsync(new byte[1], Cancellation) > 0);
        }

        edge.Backend.Start(Core.Jobs.JobId.TryParse(id, out Core.Jobs.JobId job) ? job : default);
        edge.Backend.Exit(job, 0);
        using var reader = new StreamReader(lines);
        Assert.Contains("\"last\":true", await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
    }
}
