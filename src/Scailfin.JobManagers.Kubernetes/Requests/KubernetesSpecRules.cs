using System.Numerics;
using System.Text;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Options;

namespace Scailfin.JobManagers.Kubernetes.Requests;

/// <summary>
/// Checks the fields of a job on Kubernetes (contract C.7, C.8), with the contract's messages, in the contract's order: upstream reports
/// only the first.
/// </summary>
internal static class KubernetesSpecRules
{
    private const string Uid = KubernetesFields.Uid;
    private const string Cvmfs = "cvmfs_mounts";
    private const int LongestShown = 200;

    /// <summary>131,071 bytes, less what Kerberos puts before a command.</summary>
    private const int LongestCommand = 131_000;

    public static IReadOnlyList<SpecProblem> Problems(JobSpec spec, KubernetesOptions options)
    {
        var problems = new List<SpecProblem>();
        if (spec.BackendFields.Number(Uid) is { } uid && uid < options.MinimumUid)
        {
            string message = $"The \"{Uid}\" requested ({uid}) is below the cluster-configured minimum ({options.MinimumUid}).";
            problems.Add(new SpecProblem(Uid, message, Forbidden: true));
        }

        KubernetesResources defaults = options.Defaults;
        KubernetesResources maxima = options.Maxima;
        Resource cpuRequest = new(spec, KubernetesFields.CpuRequest, defaults.CpuRequest, maxima.CpuRequest);
        Resource cpuLimit = new(spec, KubernetesFields.CpuLimit, defaults.CpuLimit, maxima.CpuLimit);
        Resource memoryRequest = new(spec, KubernetesFields.MemoryRequest, defaults.MemoryRequest, maxima.MemoryRequest);
        Resource memoryLimit = new(spec, KubernetesFields.MemoryLimit, defaults.MemoryLimit, maxima.MemoryLimit);
        AddOwn(problems, cpuRequest, KubernetesQuantities.IsCpu, CpuExceeds);
        AddOwn(problems, cpuLimit, KubernetesQuantities.IsCpu, CpuExceeds);
        AddOwn(problems, memoryRequest, KubernetesQuantities.IsMemory, MemoryExceeds);
        AddOwn(problems, memoryLimit, KubernetesQuantities.IsMemory, MemoryExceeds);
        AddPair(problems, "CPU", cpuRequest, cpuLimit, CpuExceeds);
        AddPair(problems, "Memory", memoryRequest, memoryLimit, MemoryExceeds);

        AddImage(problems, spec.DockerImage);
        AddCommand(problems, spec.Command);
        if (CvmfsRepositories.Parse(spec.CvmfsMounts) is null)
        {
            const string Rule = "must be \"false\" or a list of repository names, such as ['atlas.cern.ch', 'cms.cern.ch'].";
            problems.Add(new SpecProblem(Cvmfs, $"The \"{Cvmfs}\" requested {Shown(spec.CvmfsMounts)} {Rule}"));
        }

        return problems;
    }

    /// <summary>Kubernetes would take the Job, and its pod would wait for ever or never be made.</summary>
    private static void AddImage(List<SpecProblem> problems, string image)
    {
        if (ImageReference.Broken(image) is { } rule)
            problems.Add(new SpecProblem("docker_img", $"The \"docker_img\" requested '{Shown(image)}' {rule}."));
    }

    /// <summary>Linux takes no longer argument (MAX_ARG_STRLEN); the container would start, and say so in its log only.</summary>
    private static void AddCommand(List<SpecProblem> problems, string command)
    {
        int bytes = Encoding.UTF8.GetByteCount(command);
        if (bytes > LongestCommand)
            problems.Add(
                new SpecProblem("cmd", $"The \"cmd\" requested has {bytes} bytes; a command on Kubernetes may have {LongestCommand}."));
    }

    private static string Shown(string text) => text.Length > LongestShown ? text[..LongestShown] + "..." : text;

    private static void AddOwn(
        List<SpecProblem> problems, Resource resource, Func<string, bool> isValid, Func<string, string, bool> exceeds)
    {
        if (resource.Asked is not { } asked)
            return;
        if (!isValid(asked))
            problems.Add(new SpecProblem(resource.Field, $"The \"{resource.Field}\" requested {asked} has wrong format."));
        else if (resource.Maximum is { } maximum && exceeds(asked, maximum))
            problems.Add(new SpecProblem(
                resource.Field, $"The \"{resource.Field}\" requested ({asked}) exceeds the limit ({maximum}).", Forbidden: true));
    }

    /// <summary>Upstream finds out at submission, and answers 500; it can be known before (contract K).</summary>
    private static void AddPair(
        List<SpecProblem> problems, string what, Resource request, Resource limit, Func<string, string, bool> exceeds)
    {
        if (request.Effective is not { } asked || limit.Effective is not { } most || !exceeds(asked, most))
            return;
        string message =
            $"ERROR: {what} request ({asked}) cannot be greater than limit ({most}). If you are overriding the values, please check "
                + "the default and maximum values for requests and limits with 'reana-client info' command.";
        problems.Add(new SpecProblem(request.Asked is null ? limit.Field : request.Field, message, Forbidden: true));
    }

    private static bool CpuExceeds(string amount, string most) =>
        KubernetesQuantities.Millicores(amount) is { } left
            && KubernetesQuantities.Millicores(most) is { } right
            && BigInteger.Compare(left, right) > 0;

    /// <summary>
    /// Compares two amounts; false if one cannot be parsed: an administrator's default may have a form that only Kubernetes knows.
    /// </summary>
    private static bool MemoryExceeds(string amount, string most) =>
        KubernetesQuantities.Bytes(amount) is { } left && KubernetesQuantities.Bytes(most) is { } right && left.IsMoreThan(right);

    private readonly record struct Resource(string Field, string? Asked, string? Effective, string? Maximum)
    {
        public Resource(JobSpec spec, string field, string? byDefault, string? maximum)
            : this(field, spec.BackendFields.Text(field), spec.BackendFields.Text(field) ?? byDefault, maximum)
        {
        }
    }
}
