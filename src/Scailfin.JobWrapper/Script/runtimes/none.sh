
# --- runtime none: no container; the operator allows it

none_can_run() { :; }

none_prepare() { source='' image=''; }

none_command() {
  container_workspace=$host_workspace
  set_user
  command=(env -i "SCAILFIN_ATTEMPT=$identity" "USER=$user" "HOME=${HOME:-/}" "PATH=$site_path" "LANG=$site_language")
}

# Without a container nothing holds a step's children together but their environment.
kill_strays() {
  local _ all found
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    all=$(grep -l -z -s -x "SCAILFIN_ATTEMPT=$identity" /proc/[0-9]*/environ)
    [ -n "$all" ] || break
    for found in $all; do
      found=${found#/proc/} && kill -KILL "${found%/environ}" 2>/dev/null
    done
  done
}
