using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Options;

namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>Makes the Job of an attempt (contract C.1 to C.3, C.9 to C.11). Pure: the same attempt gives the same text.</summary>
internal sealed class JobManifestBuilder(KubernetesOptions options)
{
    private readonly ComponentNames _names = new(options);

    /// <summary>The Job; <paramref name="secrets"/> null if jobs have no owner with secrets.</summary>
    public JobManifest Build(Attempt attempt, UserSecrets? secrets)
    {
        var draft = new PodDraft(attempt.Spec, options, secrets);
        UserSecretsPart.Add(draft);
        RequestEnvironmentPart.Add(draft);
        StoragePart.Add(draft);
        CvmfsPart.Add(draft);
        KerberosPart.Add(draft);
        VomsProxyPart.Add(draft);
        RucioPart.Add(draft);
        return Assemble(attempt, draft);
    }

    /// <summary>
    /// A Job that never runs and holds the name of an attempt that is stopped before it was submitted: an earlier submission that still
    /// arrives finds the name taken.
    /// </summary>
    public JobManifest BuildPlaceholder(Attempt attempt)
    {
        JobManifest job = Assemble(attempt, new PodDraft(attempt.Spec with { Command = "exit 1", DockerImage = "none" }, options, null));
        var annotations = new Dictionary<string, string>(job.Metadata.Annotations!) { [Names.StoppedAnnotation] = "true" };
        return job with { Metadata = job.Metadata with { Annotations = annotations }, Spec = job.Spec with { Suspend = true } };
    }

    private JobManifest Assemble(Attempt attempt, PodDraft draft)
    {
        string name = _names.Job(attempt.JobId, attempt.Number);
        Dictionary<string, string> labels = PodLabels(attempt.Spec);
        var metadata = new ManifestMetadata(name)
        {
            Namespace = options.Namespace,
            Annotations = new Dictionary<string, string> { [Names.JobAnnotation] = attempt.JobId.ToString() },
            Labels = JobLabels(labels),
        };
        return new JobManifest(metadata, new JobManifestSpec(new PodTemplate(new ManifestMetadata(name) { Labels = labels }, Pod(draft)))
        {
            TtlSecondsAfterFinished = options.Placement.TimeToLive,
        });
    }

    private Dictionary<string, string> PodLabels(JobSpec spec)
    {
        var labels = new Dictionary<string, string> { [Names.WorkflowLabel] = spec.WorkflowUuid.ToString("D") };
        if (options.UserId is { } user)
            labels[Names.UserLabel] = user;
        return labels;
    }

    /// <summary>
    /// None, so that Kubernetes copies those of the template, by which Jobs are watched; if Kueue needs one, it would not, so they are
    /// given.
    /// </summary>
    private Dictionary<string, string> JobLabels(Dictionary<string, string> template) => options.Placement.UsesKueue
        ? new Dictionary<string, string>(template) { [Names.QueueLabel] = options.Placement.QueueName }
        : [];

    private PodManifest Pod(PodDraft draft)
    {
        KubernetesPlacement placement = options.Placement;
        NameOnly[] pullSecrets = [.. placement.PullSecrets.Where(name => name.Length > 0).Select(name => new NameOnly(name))];
        return new PodManifest
        {
            ActiveDeadlineSeconds = (long)draft.Spec.Timeout.TotalSeconds,
            SecurityContext = new PodSecurity(draft.Uid, options.DefaultGid, RunAsNonRoot: true),
            ImagePullSecrets = pullSecrets.Length > 0 ? pullSecrets : null,
            NodeSelector = placement.NodeLabel is { } label ? new Dictionary<string, string> { [label.Key] = label.Value } : null,
            PriorityClassName = placement.PriorityClass,
            Tolerations = placement.Tolerations,
            Affinity = placement.Affinity,
            InitContainers = draft.InitContainers.Count > 0 ? draft.InitContainers : null,
            Containers = [MainContainer(draft), .. draft.Companions],
            Volumes = draft.Volumes,
        };
    }

    private static ContainerManifest MainContainer(PodDraft draft) => new(Names.MainContainer, draft.Spec.DockerImage)
    {
        Command = ["bash", "-c"],
        Args = [draft.Command],
        Env = draft.Environment,
        SecurityContext = new ContainerSecurity { AllowPrivilegeEscalation = false },
        Resources = ResourcesPart.Of(draft),
        VolumeMounts = draft.Mounts,
    };
}
