using System.Globalization;
using System.Text.RegularExpressions;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;

namespace HTCondor.Net.Transports.CommandLine;

/// <summary>
/// Calls through HTCondor's own tools, a process for each. Slower than the native transport, but it works with any version. It cannot act
/// for another owner nor reach a schedd by its address, and a string with <c>$$(</c> or three dollar signs in a row is refused.
/// </summary>
public sealed partial class CommandLineTransport : IScheddTransport
{
    private static readonly string[] LocationAttributes = ["Name", "MyAddress", "CondorVersion", "Machine"];
    private readonly ToolRunner _tools;
    private readonly CommandLineOptions _options;
    private readonly TimeProvider _time;
    private bool? _isRoot;

    /// <summary>Makes a transport; it starts no process before the first call.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public CommandLineTransport(CommandLineOptions options, TimeProvider time)
    {
        options.Validate();
        _options = options;
        _tools = new ToolRunner(options, time);
        _time = time;
    }

    /// <inheritdoc/>
    public string Name => "command line";

    /// <inheritdoc/>
    public async Task<ScheddInformation> LocateAsync(ScheddLocation schedd, CallOptions options, CancellationToken cancellationToken)
    {
        CallDeadline deadline = Deadline(options);
        List<string> pool = ScheddArguments.Of(schedd with { Name = null }, options);
        string name = schedd.Name ?? await LocalNameAsync(deadline, cancellationToken);
        ClassAdExpression named = ClassAdExpression.Attribute("Name").EqualTo(ClassAdExpression.Of(name));
        if (schedd.Name is null)
            named = named.Or(ClassAdExpression.Attribute("Machine").EqualTo(ClassAdExpression.Of(name)));
        IReadOnlyList<ClassAd> ads = await AdsAsync(
            "condor_status",
            [
                "-schedd", "-json", .. pool, "-attributes", string.Join(',', LocationAttributes),
                "-constraint", ScheddArguments.Text("the name", named),
            ],
            deadline,
            cancellationToken);
        ClassAd? ad = ads.FirstOrDefault(found => string.Equals(found.Text("Name"), name, StringComparison.OrdinalIgnoreCase))
            ?? (ads.Count > 0 ? ads[0] : null);
        return ad is not null
            ? new ScheddInformation(ad.Text("Name") ?? name, ad.Text("MyAddress") ?? "", ad.Text("CondorVersion") ?? "")
            : throw new HTCondorException(
                new HTCondorError("CLIENT", 2, $"The collector has no schedd '{name}'.") { Retryable = schedd.Name is null });
    }

    /// <inheritdoc/>
    /// <remarks>
    /// With <see cref="SubmitRequest.Spool"/>, condor_submit sends the input files itself: there is nothing left for
    /// <see cref="SpoolAsync"/>.
    /// </remarks>
    public async Task<SubmitResult> SubmitAsync(
        ScheddLocation schedd, SubmitRequest request, CallOptions options, CancellationToken cancellationToken)
    {
        CallDeadline deadline = Deadline(options);
        await RefuseRootAsync(deadline, cancellationToken);
        string[] arguments = [.. ScheddArguments.Of(schedd, options), .. request.Spool ? new[] { "-spool" } : [], "-terse", "-"];
        ToolResult result = await RunAsync("condor_submit", arguments, SubmitText.Of(request), changes: true, deadline, cancellationToken);
        Match range = Submitted().Match(result.OutputText);
        if (!range.Success)
            throw new HTCondorException(ToolErrors.Unreadable("condor_submit", result.OutputText.Trim(), changed: true));
        int procs = int.Parse(range.Groups["last"].ValueSpan, CultureInfo.InvariantCulture) + 1;
        return new SubmitResult(int.Parse(range.Groups["cluster"].ValueSpan, CultureInfo.InvariantCulture), procs);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClassAd>> QueryAsync(
        ScheddLocation schedd, JobQuery query, CallOptions options, CancellationToken cancellationToken)
    {
        List<string> arguments = [.. ScheddArguments.Of(schedd, options), "-allusers", "-json"];
        AddQuery(arguments, query.Constraint, query.Projection, query.Limit);
        return AdsAsync("condor_q", arguments, Deadline(options), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClassAd>> HistoryAsync(
        ScheddLocation schedd, HistoryQuery query, CallOptions options, CancellationToken cancellationToken)
    {
        List<string> arguments = [.. ScheddArguments.Of(schedd, options), "-json"];
        AddQuery(arguments, query.Constraint, query.Projection, query.Limit);
        if (query.Since is { } since)
            arguments.AddRange(["-since", ScheddArguments.Text("since", since)]);
        return AdsAsync("condor_history", arguments, Deadline(options), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static void AddQuery(List<string> arguments, ClassAdExpression? constraint, IReadOnlyList<string> projection, int? limit)
    {
        if (limit < 1)
            throw new HTCondorException(ToolErrors.Refused($"a limit of {limit}; at least 1"));
        if (constraint is not null)
            arguments.AddRange(["-constraint", ScheddArguments.Text("the constraint", constraint)]);
        if (projection.Count > 0)
            arguments.AddRange(["-attributes", ScheddArguments.Names(projection)]);
        if (limit is { } most)
            arguments.AddRange(["-limit", most.ToString(CultureInfo.InvariantCulture)]);
    }

    private CallDeadline Deadline(CallOptions options) => new(options.Deadline, _time);

    /// <summary>HTCondor 23 runs jobs of root as root; 25 has crashed on them. The prefix's user is determined once.</summary>
    private async Task RefuseRootAsync(CallDeadline deadline, CancellationToken cancellationToken)
    {
        _isRoot ??= _options.CommandPrefix.Count == 0
            ? System.Environment.IsPrivilegedProcess
            : (await _tools.RunAsync("id", ["-u"], null, changes: false, deadline, cancellationToken)).OutputText.Trim() == "0";
        if (_isRoot.Value)
            throw new HTCondorException(new HTCondorError(
                "CLIENT", 1, "This transport runs as root and may only query: submit and change jobs as the user who owns them."));
    }

    /// <summary>Returns the local schedd's name, made from the configuration as the schedd does.</summary>
    private async Task<string> LocalNameAsync(CallDeadline deadline, CancellationToken cancellationToken)
    {
        ToolResult configured = await _tools.RunAsync(
            "condor_config_val", ["SCHEDD_NAME"], null, changes: false, deadline, cancellationToken);
        string name = configured.ExitCode == 0 ? configured.OutputText.Trim() : "";
        if (name.Contains('@', StringComparison.Ordinal))
            return name;
        string host =
            (await RunAsync("condor_config_val", ["FULL_HOSTNAME"], null, changes: false, deadline, cancellationToken)).OutputText.Trim();
        return name.Length > 0 ? $"{name}@{host}" : host;
    }

    private async Task<IReadOnlyList<ClassAd>> AdsAsync(
        string tool, IReadOnlyList<string> arguments, CallDeadline deadline, CancellationToken cancellationToken)
    {
        ToolResult result = await RunAsync(tool, arguments, null, changes: false, deadline, cancellationToken);
        try
        {
            return ClassAdJson.ReadAds(result.Output);
        }
        catch (FormatException wrong)
        {
            throw new HTCondorException(ToolErrors.Unreadable(tool, wrong.Message, changed: false), wrong);
        }
    }

    /// <summary>Runs a tool that has to succeed.</summary>
    private async Task<ToolResult> RunAsync(
        string tool,
        IReadOnlyList<string> arguments,
        string? input,
        bool changes,
        CallDeadline deadline,
        CancellationToken cancellationToken)
    {
        ToolResult result = await _tools.RunAsync(tool, arguments, input, changes, deadline, cancellationToken);
        return result.ExitCode == 0 ? result : throw new HTCondorException(ToolErrors.Of(result));
    }

    // Matches, for example: 12.0 - 12.99
    [GeneratedRegex(
        @"^(?<cluster>\d{1,9})\.0 - \k<cluster>\.(?<last>\d{1,9})\s*\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Submitted();
}
