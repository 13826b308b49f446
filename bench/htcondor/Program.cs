using System.Globalization;
using HTCondor.Bench;
using HTCondor.Net;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using HTCondor.Net.Transports.CommandLine;
using HTCondor.Net.Transports.Native;
using Microsoft.Extensions.Logging.Abstractions;

// usage: htcondor-bench WORKER [ROUNDS] [MIXED-CALLS]; prints the rows of the table in README.md
string worker = args[0];
int rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;
int mixed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 10_000;
const int jobs = 1000;

await using var nativeTransport = new NativeTransport(
    new NativeTransportOptions { WorkerProgram = worker }, TimeProvider.System, NullLogger<NativeTransport>.Instance);
await using var toolTransport = new CommandLineTransport(new CommandLineOptions(), TimeProvider.System);
var native = new Side(nativeTransport);
var tools = new Side(toolTransport);
ScheddInformation schedd = await nativeTransport.LocateAsync(ScheddLocation.Local, CallOptions.Default, CancellationToken.None);
Console.WriteLine($"| {schedd.Version} | native, median of {rounds} rounds (range) | command line |");

await native.RemoveAllAsync();
await Compare("single submits, 1/s", samples => samples.Rate, 200, 25, side => side.SubmitAsync());
await native.RemoveAllAsync();
await Compare("1,000 procs in one transaction, ms", samples => samples.At(0.5), 1, 1, side => side.SubmitAsync(jobs));
await native.RemoveAllAsync();
for (int group = 1; group <= 10; group++)
    await native.SubmitAsync(jobs, group);
await Compare("query of 1,000 among 10,000 jobs, 5 attributes, p50 ms", samples => samples.At(0.5), 10, 3, side => side.QueryGroupAsync(7));
await Compare("the same, p95 ms", samples => samples.At(0.95), 20, 3, side => side.QueryGroupAsync(7));
await Compare("query of one job among 10,000, p50 ms", samples => samples.At(0.5), 20, 3, side => side.QueryOneAsync(7));
await native.RemoveAllAsync();

await Mix(mixed / 10);
(double Rss, int Descriptors)[] before = Measure();
await Mix(mixed);
(double Rss, int Descriptors)[] after = Measure();
Console.WriteLine(
    $"| {mixed:N0} mixed calls: resident MB and descriptors of the service "
        + $"| {before[0].Rss:F1}, {before[0].Descriptors} before; {after[0].Rss:F1}, {after[0].Descriptors} after | |");
Console.WriteLine(
    $"| the same of the worker | {before[1].Rss:F1}, {before[1].Descriptors} before; {after[1].Rss:F1}, {after[1].Descriptors} after | |");

async Task Compare(string what, Func<Samples, double> figure, int nativeCount, int toolCount, Func<Side, Task> act)
{
    List<Samples> ours = [], theirs = [];
    for (int round = 0; round < rounds; round++)
    {
        ours.Add(await Samples.OfAsync(nativeCount, () => act(native)));
        theirs.Add(await Samples.OfAsync(toolCount, () => act(tools)));
    }

    Console.WriteLine($"| {what} | {Range(ours.Select(figure))} | {Range(theirs.Select(figure))} |");
    Console.WriteLine(
        $"| {what}: CPU ms each, client side | {Range(ours.Select(samples => samples.Cpu))} "
            + $"| {Range(theirs.Select(samples => samples.Cpu))} |");
}

static string Range(IEnumerable<double> figures)
{
    double[] sorted = [.. figures.Order()];
    return $"{sorted[sorted.Length / 2]:G3} ({sorted[0]:G3} to {sorted[^1]:G3})";
}

async Task Mix(int calls)
{
    for (int call = 0; call < calls; call += 6)
    {
        var job = new JobKey((await native.SubmitAsync()).Cluster, 0);
        await native.QueryAsync(ClassAdExpression.Attribute("ClusterId").EqualTo(ClassAdExpression.Of(job.Cluster)));
        await native.EditAsync(job);
        await native.RemoveAsync(JobSelection.Of(job));
        await native.FailAsync();
        await native.HistoryAsync();
    }
}

static (double Rss, int Descriptors)[] Measure()
{
    GC.Collect();
    return [.. new[] { "self", Usage.Workers.Single() }.Select(process => (Usage.Megabytes(process), Usage.Descriptors(process)))];
}
