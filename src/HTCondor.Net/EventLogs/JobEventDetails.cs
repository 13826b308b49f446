namespace HTCondor.Net.EventLogs;

/// <summary>The parsed body of an event.</summary>
public abstract record JobEventDetails;

/// <summary>000: submitted.</summary>
/// <param name="Host">The schedd's address.</param>
public sealed record SubmitDetails(string Host) : JobEventDetails;

/// <summary>001: about to run; it comes some milliseconds before the program's first instruction.</summary>
/// <param name="Host">The machine's address.</param>
/// <param name="SlotName">The slot; null if the event does not name it.</param>
public sealed record ExecuteDetails(string Host, string? SlotName) : JobEventDetails;

/// <summary>004: off its machine, and back in the queue.</summary>
/// <param name="Checkpointed">Whether the job can continue from a checkpoint.</param>
/// <param name="Requeued">Whether the job ended and policy put it back into the queue.</param>
/// <param name="Reason">The reason; null if the event has none.</param>
public sealed record EvictedDetails(bool Checkpointed, bool Requeued, string? Reason) : JobEventDetails;

/// <summary>005: ended. One of the two is set.</summary>
/// <param name="ExitCode">The exit code; null if a signal ended the job.</param>
/// <param name="Signal">The signal; null if the job exited by itself.</param>
public sealed record TerminatedDetails(int? ExitCode, int? Signal) : JobEventDetails;

/// <summary>006: uses more memory than before.</summary>
/// <param name="ImageSizeKiB">The size of the job's address space.</param>
/// <param name="MemoryUsageMiB">The memory usage; null if the event does not have it.</param>
/// <param name="ResidentSetSizeKiB">The resident set size; null if the event does not have it.</param>
public sealed record ImageSizeDetails(long ImageSizeKiB, long? MemoryUsageMiB, long? ResidentSetSizeKiB) : JobEventDetails;

/// <summary>A reason: of 007 (the shadow failed), 009 (aborted: removed), 013 (released), 021 (an error of the remote side).</summary>
/// <param name="Reason">The reason in HTCondor's words; empty if the event has none.</param>
public sealed record ReasonDetails(string Reason) : JobEventDetails;

/// <summary>012: held.</summary>
/// <param name="Reason">The reason in HTCondor's words.</param>
/// <param name="Code">https://htcondor.readthedocs.io/en/latest/classad-attributes/job-classad-attributes.html, HoldReasonCode.</param>
/// <param name="Subcode">Often an errno or a signal.</param>
public sealed record HeldDetails(string Reason, int Code, int Subcode) : JobEventDetails;

/// <summary>027: handed to another system.</summary>
/// <param name="Resource">The grid resource.</param>
/// <param name="JobId">The job's id at that resource.</param>
public sealed record GridSubmitDetails(string Resource, string JobId) : JobEventDetails;
