using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker;
using HTCondor.Net.Worker.Native;
using HTCondor.Net.Worker.Operations;
using HTCondor.Net.Worker.Probing;
using HTCondor.Net.Worker.Serving;

if (!WorkerArguments.TryParse(args, out WorkerArguments? arguments, out string? problem))
{
    Console.Error.WriteLine(problem);
    return 64;
}

if (arguments.ProcessToEnd is { } process)
    return OtherWorker.End(process) ? 0 : 1;

using FileStream output = ProcessControl.TakeStandardOutput();
if (arguments.ProbeOnly)
{
    Probe found = Probe.Look(arguments.Library, text => Console.Error.WriteLine(text));
    using var report = new StreamWriter(output);
    ProbeReport.Write(found.Hello, report);
    return found.Library is null ? 1 : 0;
}

var replies = new ReplyWriter(output);
var requests = new RequestReader(Console.OpenStandardInput());
RequestReader.Watch();
Probe probe = Probe.Look(arguments.Library, text => replies.Write(new WorkerReply { Except = text }));
replies.Write(new WorkerReply { Hello = probe.Hello });
if (probe.Library is null)
    return 1;

// A large stack: a user's expression may be nested deeply, and the library's parser is recursive.
var library = new Thread(new Server(probe.Library, requests, replies).Serve, maxStackSize: 64 * 1024 * 1024) { Name = "library" };
library.Start();
library.Join();
return 0;
