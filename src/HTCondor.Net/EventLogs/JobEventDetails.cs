namespace HTCondor.Net.EventLogs;

/// <summary>The parsed body of an event.</summary>
public abstract record JobEventDetails;

/// <summary>000: submitted.</summary>
/// <param name="Host">The schedd's address.</param>
public sealed record SubmitDetails(string Host) : JobEventDetails;

/// <summary>001: about to run; it comes some milliseconds before the program's first instruction.</summary>
/// <param name="Host">The machine's address.</param>
/// <param name="SlotName">The slot; null where it is not written.</param>
public sealed record ExecuteDetails(string Host, string? SlotName) : JobEventDetails;

/// <summary>004: off its machine, and back in the queue.</summary>
/// <param name="Checkpointed">Whether it can go on where it was.</param>
/// <param name="Requeued">Whether it ended and policy put it back into the queue.</param>
/// <param name="Reason">Null where none is written.</param>
public sealed record EvictedDetails(bool Checkpointed, bool Requeued, string? Reason) : JobEventDetails;

/// <summary>005: ended. One of the two is set.</summary>
/// <param name="ExitCode">The exit code; null where a signal ended it.</param>
/// <param name="Signal">The signal; null where it ended by itself.</param>
public sealed record TerminatedDetails(int? ExitCode, int? Signal) : JobEventDetails;

/// <summary>006: uses more memory than before.</summary>
/// <param name="ImageSizeKiB">Of its address space.</param>
/// <param name="MemoryUsageMiB">Null where it is not written.</param>
/// <param name="ResidentSetSizeKiB">Null where it is not written.</param>
public sealed record ImageSizeDetails(long ImageSizeKiB, long? MemoryUsageMiB, long? ResidentSetSizeKiB) : JobEventDetails;

/// <summary>A reason: of 007 (the shadow failed), 009 (aborted: removed), 013 (released), 021 (an error of the remote side).</summary>
/// <param name="Reason">In its own words; empty where none is written.</param>
public sealed record ReasonDetails(string Reason) : JobEventDetails;

/// <summary>012: held.</summary>
/// <param name="Reason">In its own words.</param>
/// <param name="Code">https://htcondor.readthedocs.io/en/latest/classad-attributes/job-classad-attributes.html, HoldReasonCode.</param>
/// <param name="Subcode">Often an errno or a signal.</param>
public sealed record HeldDetails(string Reason, int Code, int Subcode) : JobEventDetails;

/// <summary>027: handed to another system.</summary>
/// <param name="Resource">Which.</param>
/// <param name="JobId">The job's name there.</param>
public sealed record GridSubmitDetails(string Resource, string JobId) : JobEventDetails;
