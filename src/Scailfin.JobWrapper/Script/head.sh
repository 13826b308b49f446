#!/usr/bin/env bash
{ POSIXLY_CORRECT=1; trap 'printf "scailfin: The script of job @IDENTITY@ is not whole, or was stopped before all of it was read. Nothing was run.\n" >&2; exit @NOT_WHOLE@' EXIT; unset POSIXLY_CORRECT; }
# Scailfin job wrapper, version @VERSION@. Job @IDENTITY@ (job id, full stop, attempt).
#
# What it is: it runs one step of a REANA workflow on this node, in a container. It was generated for this one attempt and needs nothing
#   but this file: it claims the attempt, finds a container runtime, brings the workspace and the image in, runs the step, brings out what
#   the step made, and leaves a receipt. @STAGING@
# By hand: bash THIS_FILE. The claim keeps a second copy from running; to run it again, remove the directory "claim" first.
# Where to look: "output" is what the step printed, "wrapper.log" what this script has to complain about, "receipt.json" how it ended.
# Secrets: the step's environment and command are near the end of this file, as base64. They never stand on a command line.
# How it begins: bash reads all of the block below before it does anything in it; main, at the block's end, first checks that no line is missing.
# shellcheck disable=SC2034,SC2154,SC2317,SC2015 # traps and tables call functions out of sight
{

# Whatever this node or its user has put into the shell stays out: functions, a changed IFS, options for our tools.
# While POSIXLY_CORRECT is set, "unset" is certainly the shell's own.
POSIXLY_CORRECT=1
unset -f unset set trap exec eval export exit return builtin command declare read local printf cd kill wait test umask shift
unset POSIXLY_CORRECT BASH_ENV ENV IFS CDPATH GLOBIGNORE TAR_OPTIONS GREP_OPTIONS GREP_COLOR POSIX_ME_HARDER TIMEFORMAT
inherited=yes # functions, perhaps; their names take a process, so the environment is looked at first
{ while IFS= read -r -d '' name; do case $name in *'=()'*) inherited=certainly ;; esac; done </proc/self/environ && case $inherited in yes) inherited='' ;; esac; } 2>/dev/null
case $inherited in '') ;; *) while read -r _ _ name; do unset -f "$name"; done <<END ;; esac
$(declare -F)
END
set -u -m
set +e +f +x +v
umask 077
site_path='' rest=${PATH-}:
while [ -n "$rest" ]; do # an entry that is empty or relative means the working directory, which is a user's
  case ${rest%%:*} in /*) site_path=$site_path${site_path:+:}${rest%%:*} ;; esac
  rest=${rest#*:}
done
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin${site_path:+:$site_path}
site_path=${site_path:-$PATH}
site_language=${LC_ALL:-${LANG:-C.UTF-8}}
export LC_ALL=C PATH

# --- the job
nonce=@NONCE@ # the receipt repeats it, and so shows that it is this script's
job_id=@JOB_ID@
attempt=@ATTEMPT@
workspace=@WORKSPACE@
workspace_is=@WORKSPACE_IS@ # its path without links, where that is known
step_user=@STEP_USER@ # as whom root starts the step, UID:GID; empty: as itself
step_login=@STEP_LOGIN@ # the login that this is, if it is one
as_step_user=(@AS_STEP_USER@)
image=@IMAGE@
timeout_s=@TIMEOUT_S@
tasks=@TASKS@
nodes=@NODES@
cpus=@CPUS@
gpus=@GPUS@

# --- the site
directory=@DIRECTORY@
input_size=@INPUT_SIZE@ # of the archive that is to come, in bytes; empty where that was not known
input_sha256=@INPUT_DIGEST@
staging=@STAGING_NAME@
echoes_output=@ECHOES@
runtimes=@RUNTIMES@
launcher=@LAUNCHER@
launcher_options=(@LAUNCHER_OPTIONS@)
module_init=(@MODULE_INIT@)
# shellcheck disable=SC2016 # names of this node's variables
scratch_places=(@SCRATCH@)
# shellcheck disable=SC2016 # the same
image_cache_places=(@IMAGE_CACHE@)
image_directories=(@IMAGE_DIRECTORIES@)
binds=(@BINDS@)
site_mounts=(@SITE_MOUNTS@)
container_workspace_root=@CONTAINER_ROOT@
site_umask=@UMASK@
grace_s=@GRACE_S@           # the scheduler's, or the service's, between its TERM and its KILL
step_grace_s=@STEP_GRACE_S@ # the step's part of it; the rest is for bringing out what it made
log_head=@LOG_HEAD@
log_tail=@LOG_TAIL@
pull_tries=@PULL_TRIES@
pull_timeout_s=@PULL_TIMEOUT_S@
stage_timeout_s=@STAGE_TIMEOUT_S@
listed_outputs=@LISTED@
hashed_bytes=@HASHED@
wrapper_version=@VERSION@
@WORDS@
identity=$job_id.$attempt
work=/nowhere
start_directory=$PWD
