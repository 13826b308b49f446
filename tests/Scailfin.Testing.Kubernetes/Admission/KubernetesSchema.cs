namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>The fields that the server knows. <c>[]</c> is a list, <c>!</c> keeps an empty value.</summary>
/// <remarks>
/// Field names, types and order after the generated types of Kubernetes 1.36 (core/v1, batch/v1, meta/v1); what no job manager writes is
/// <c>any</c>.
/// </remarks>
internal static class KubernetesSchema
{
    private const string Definition =
        """
        ObjectMeta name:text generateName:text namespace:text selfLink:text uid:text resourceVersion:text generation:number creationTimestamp:text deletionTimestamp:text deletionGracePeriodSeconds:number labels:texts annotations:texts ownerReferences[]:any finalizers[]:text managedFields[]:any
        Job metadata:ObjectMeta spec:JobSpec! status:any!
        JobSpec parallelism:number completions:number activeDeadlineSeconds:number podFailurePolicy:any successPolicy:any backoffLimit:number backoffLimitPerIndex:number maxFailedIndexes:number selector:any manualSelector:flag template:PodTemplateSpec! ttlSecondsAfterFinished:number completionMode:text suspend:flag podReplacementPolicy:text managedBy:text
        PodTemplateSpec metadata:ObjectMeta! spec:PodSpec!
        Pod metadata:ObjectMeta spec:PodSpec! status:any!
        PodSpec volumes[]:Volume initContainers[]:Container containers[]:Container! ephemeralContainers[]:any restartPolicy:text terminationGracePeriodSeconds:number activeDeadlineSeconds:number dnsPolicy:text nodeSelector:texts serviceAccountName:text serviceAccount:text automountServiceAccountToken:flag nodeName:text hostNetwork:flag hostPID:flag hostIPC:flag shareProcessNamespace:flag securityContext:PodSecurityContext! imagePullSecrets[]:LocalObjectReference hostname:text subdomain:text affinity:any schedulerName:text tolerations[]:Toleration hostAliases[]:any priorityClassName:text priority:number dnsConfig:any readinessGates[]:any runtimeClassName:text enableServiceLinks:flag preemptionPolicy:text overhead:quantities topologySpreadConstraints[]:any setHostnameAsFQDN:flag os:any hostUsers:flag schedulingGates[]:any resourceClaims[]:any resources:ResourceRequirements hostnameOverride:text
        Container name:text image:text command[]:text args[]:text workingDir:text ports[]:any envFrom[]:EnvFromSource env[]:EnvVar resources:ResourceRequirements! resizePolicy[]:any restartPolicy:text restartPolicyRules[]:any volumeMounts[]:VolumeMount volumeDevices[]:any livenessProbe:any readinessProbe:any startupProbe:any lifecycle:any terminationMessagePath:text terminationMessagePolicy:text imagePullPolicy:text securityContext:SecurityContext! stdin:flag stdinOnce:flag tty:flag
        EnvVar name:text value:text valueFrom:EnvVarSource
        EnvVarSource fieldRef:any resourceFieldRef:any configMapKeyRef:any secretKeyRef:SecretKeySelector fileKeyRef:any
        SecretKeySelector name:text key:text optional:flag
        EnvFromSource prefix:text configMapRef:any secretRef:any
        ResourceRequirements limits:quantities requests:quantities claims[]:any
        VolumeMount name:text readOnly:flag recursiveReadOnly:text mountPath:text subPath:text mountPropagation:text subPathExpr:text
        SecurityContext capabilities:any privileged:flag seLinuxOptions:any windowsOptions:any runAsUser:number runAsGroup:number runAsNonRoot:flag readOnlyRootFilesystem:flag allowPrivilegeEscalation:flag procMount:text seccompProfile:any appArmorProfile:any
        PodSecurityContext seLinuxOptions:any windowsOptions:any runAsUser:number runAsGroup:number runAsNonRoot:flag supplementalGroups[]:number supplementalGroupsPolicy:text fsGroup:number sysctls[]:any fsGroupChangePolicy:text seccompProfile:any appArmorProfile:any seLinuxChangePolicy:text
        LocalObjectReference name:text
        Toleration key:text operator:text value:text effect:text tolerationSeconds:number
        Volume name:text hostPath:HostPathVolumeSource emptyDir:EmptyDirVolumeSource! gcePersistentDisk:any awsElasticBlockStore:any gitRepo:any secret:SecretVolumeSource nfs:any iscsi:any glusterfs:any persistentVolumeClaim:PersistentVolumeClaimVolumeSource rbd:any flexVolume:any cinder:any cephfs:any flocker:any downwardAPI:any fc:any azureFile:any configMap:ConfigMapVolumeSource vsphereVolume:any quobyte:any azureDisk:any photonPersistentDisk:any projected:any portworxVolume:any scaleIO:any storageos:any csi:any ephemeral:any image:any
        HostPathVolumeSource path:text type:text!
        EmptyDirVolumeSource medium:text sizeLimit:quantity
        SecretVolumeSource secretName:text items[]:KeyToPath defaultMode:number optional:flag
        ConfigMapVolumeSource name:text items[]:KeyToPath defaultMode:number optional:flag
        PersistentVolumeClaimVolumeSource claimName:text readOnly:flag
        KeyToPath key:text path:text mode:number
        Secret metadata:ObjectMeta immutable:flag data:texts stringData:texts type:text
        ConfigMap metadata:ObjectMeta immutable:flag data:texts binaryData:texts
        PersistentVolumeClaim metadata:ObjectMeta spec:any status:any
        Lease metadata:ObjectMeta spec:any
        Event metadata:ObjectMeta involvedObject:any! reason:text message:text source:any! firstTimestamp:text lastTimestamp:text count:number type:text eventTime:text series:any action:text related:any reportingComponent:text! reportingInstance:text!
        """;

    private static readonly HashSet<string> Plain = ["text", "number", "flag", "quantity", "quantities", "texts", "any"];
    private static readonly Dictionary<string, SchemaObject> Objects = Read();

    public static SchemaObject Of(string name) => Objects[name];

    private static Dictionary<string, SchemaObject> Read()
    {
        string[][] lines = [.. Definition.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))];
        var objects = lines.ToDictionary(line => line[0], line => new SchemaObject(line[0]));
        foreach (string[] line in lines)
        {
            foreach (string field in line.Skip(1))
            {
                (string name, string type) = (field.Split(':')[0], field.Split(':')[1]);
                string bare = type.TrimEnd('!');
                objects[line[0]].Add(new SchemaField(
                    name.Replace("[]", ""),
                    bare,
                    Plain.Contains(bare) ? null : objects[bare],
                    name.EndsWith("[]", StringComparison.Ordinal),
                    type.EndsWith('!')));
            }
        }
        return objects;
    }
}
