
# --- runtime none: no container; the operator allows it

none_can_run() { :; }

none_prepare() { source='' image=''; }

none_command() {
  container_workspace=$host_workspace
  set_user
  command=(env -i "SCAILFIN_ATTEMPT=$identity" "USER=$user" "HOME=${HOME:-/}" "PATH=$site_path" "LANG=$site_language")
}
