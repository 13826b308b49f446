using System.Collections.Concurrent;
using System.Net;
using Scailfin.Testing;
using Scailfin.Testing.PostgreSql;

namespace Scailfin.EndToEnd.Tests;

/// <summary>
/// PostgreSQL is killed for half a minute under load: clients see no error where they ask, and every job that was taken is there.
/// </summary>
public sealed class DatabaseAwayTests(ITestOutputHelper output)
{
    private const int RequestsPerSecond = 50;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task No_question_fails_and_every_accepted_job_comes_to_its_end_in_its_row()
    {
        _ = PublishedProgram.Path;
        await using PostgreSqlServer server = await PostgreSqlServer.StartOwnAsync();
        string database = await server.CreateDatabaseAsync();
        await using var folder = new ServiceFolder { Database = server.UrlOf(database) };
        string workspace = folder.Workspace("w");
        await using ServiceProcess service = await ServiceProcess.StartAsync(folder);
        var load = new Load(service, workspace);

        using var stop = new CancellationTokenSource();
        Task running = load.RunAsync(stop.Token);
        await Task.Delay(Before, TimeProvider.System, TestContext.Current.CancellationToken);
        await server.StopAsync();
        await Task.Delay(Away, TimeProvider.System, TestContext.Current.CancellationToken);
        await load.AnsweredAsync();
        await server.StartAsync();
        await Task.Delay(After, TimeProvider.System, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;

        output.WriteLine($"{load.Asked} questions, {load.Accepted.Count} jobs accepted, {load.Refused} refused");
        Assert.Empty(load.Failures);
        Assert.NotEmpty(load.Accepted);
        await service.AllEndedAsync();
        Assert.All(
            (await service.ListAsync()).Where(job => load.Accepted.ContainsKey(job.Id)), job => Assert.Equal("finished", job.Status));
        string open = "";
        await Eventually.TrueAsync(
            async () => (open = await server.SqlAsync(
                database, "SELECT count(*) FROM scailfin.job WHERE status NOT IN ('finished', 'failed') OR NOT released")) == "0",
            "every row says so",
            () => $"{open} that do not");

        string[] rows = (await server.SqlAsync(database, "SELECT id FROM scailfin.job WHERE status = 'finished'")).Split('\n');
        Assert.Equal(load.Accepted.Keys.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
        string outOfOrder = await server.SqlAsync(
            database,
            "SELECT count(*) FROM (SELECT event, lag(event) OVER (PARTITION BY job_id ORDER BY sequence) before FROM scailfin.job_event) e "
            + "WHERE before IN ('finished', 'failed') OR (event = 'submitted' AND before NOT IN ('accepted', 'waiting')) "
            + "OR (event = 'running' AND before <> 'submitted')");
        Assert.Equal("0", outOfOrder);
        Assert.Equal(load.Accepted.Count, Directory.GetFiles(workspace, "mark-*").Length);
    }

    private sealed class Load(ServiceProcess service, string workspace)
    {
        private readonly ConcurrentQueue<Task> _questions = new();
        private int _refused;

        public ConcurrentDictionary<string, bool> Accepted { get; } = new(StringComparer.Ordinal);

        public ConcurrentQueue<string> Failures { get; } = new();

        public int Asked => _questions.Count;

        public int Refused => _refused;

        /// <summary>Of ten requests one submits, one lists, the rest ask for one job.</summary>
        public async Task RunAsync(CancellationToken stop)
        {
            var submissions = new List<Task>();
            using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / RequestsPerSecond));
            try
            {
                for (int number = 0; await pace.WaitForNextTickAsync(stop); number++)
                {
                    if (number % 10 == 0)
                        submissions.Add(SubmitAsync(number));
                    else
                        _questions.Enqueue(AskAsync(
                            number % 10 == 1 || Accepted.IsEmpty ? "/jobs" : $"/jobs/{Accepted.Keys.ElementAt(number % Accepted.Count)}"));
                }
            }
            catch (OperationCanceledException)
            {
                await Task.WhenAll(submissions);
                await AnsweredAsync();
            }
        }

        /// <summary>Waits until every question that was asked before now has its answer.</summary>
        public async Task AnsweredAsync()
        {
            Task[] questions = [.. _questions];
            Assert.NotEmpty(questions);
            await Eventually.TrueAsync(
                () => questions.All(question => question.IsCompleted),
                "every question is answered",
                () => $"{questions.Count(question => question.IsCompleted)} of {questions.Length}");
        }

        private async Task SubmitAsync(int number)
        {
            // 503 is the word for what was not stored; anything else but success is a failure.
            (HttpStatusCode status, System.Text.Json.JsonElement body) =
                await service.PostAsync(ServiceProcess.Request(workspace, $"echo begin >> mark-{number}"));
            if (status == HttpStatusCode.Created)
                Accepted[body.GetProperty("job_id").GetString()!] = true;
            else if (status == HttpStatusCode.ServiceUnavailable)
                Interlocked.Increment(ref _refused);
            else
                Failures.Enqueue($"POST: {status} {body}");
        }

        private async Task AskAsync(string path)
        {
            try
            {
                using HttpResponseMessage answer = await service.Http.GetAsync(path);
                if ((int)answer.StatusCode >= 500)
                    Failures.Enqueue($"GET {path}: {answer.StatusCode}");
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                Failures.Enqueue($"GET {path}: {exception.Message}");
            }
        }
    }
}
