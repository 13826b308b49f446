
# --- runtime none: no container; the operator allows it

none_can_run() { :; }

none_prepare() { source='' image=''; }

none_command() {
  container_workspace=$host_workspace
  local home=${HOME:-/}
  set_user
  command=()
  if [ -n "$step_login" ]; then # without a login, the step could not even reach its workspace: it is root's, as the operator allows
    user=$step_login command=("${as_step_user[@]}")
    eval "home=~$step_login"
  fi
  command+=(env -i "SCAILFIN_ATTEMPT=$identity" "USER=$user" "HOME=$home" "PATH=$site_path" "LANG=$site_language")
}
