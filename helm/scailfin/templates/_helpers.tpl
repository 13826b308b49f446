{{/* The names and labels of all objects. Nothing here is random or depends on the version: what selects pods never changes. */}}
{{- define "scailfin.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "scailfin.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (include "scailfin.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "scailfin.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "scailfin.selector" -}}
app.kubernetes.io/name: {{ include "scailfin.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "scailfin.labels" -}}
{{ include "scailfin.selector" . }}
{{ include "scailfin.versionLabels" . }}
{{- end -}}

{{- define "scailfin.versionLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "scailfin.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "scailfin.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "scailfin.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "scailfin.dataClaim" -}}
{{- .Values.data.existingClaim | default (printf "%s-data" (include "scailfin.fullname" .)) -}}
{{- end -}}

{{- define "scailfin.workspacesClaim" -}}
{{- .Values.workspaces.existingClaim | default (printf "%s-workspaces" (include "scailfin.fullname" .)) -}}
{{- end -}}

{{- define "scailfin.jobsNamespace" -}}
{{- .Values.jobs.namespace | default .Release.Namespace -}}
{{- end -}}

{{/* At most 52 characters: a label of a StatefulSet's pod is its name with 11 more. */}}
{{- define "scailfin.database" -}}
{{- printf "%s-db" (include "scailfin.fullname" . | trunc 49 | trimSuffix "-") -}}
{{- end -}}

{{/* Not those of the service's pod, which the Service selects. */}}
{{- define "scailfin.databaseSelector" -}}
app.kubernetes.io/name: {{ include "scailfin.name" . | trunc 60 | trimSuffix "-" }}-db
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "scailfin.databaseSecret" -}}
kubectl create secret generic {{ .Values.database.bundled.passwordSecret | default (include "scailfin.database" .) }} -n {{ .Release.Namespace }} --from-literal={{ .Values.database.bundled.passwordKey }}="$(openssl rand -hex 24)"
{{- end -}}
