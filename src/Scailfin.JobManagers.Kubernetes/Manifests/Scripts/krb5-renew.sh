# Renews the ticket every six hours until the step has ended, which its trap tells by a file.
period=21600
status=/krb5_cache/status_file
renewed=$SECONDS
while [ ! -e "$status" ]; do
  if [ $((SECONDS - renewed)) -ge "$period" ]; then
    kinit -R && echo "Kerberos ticket renewed."
    renewed=$SECONDS
  fi
  inotifywait --quiet --event create --timeout 15 /krb5_cache/ >/dev/null 2>&1
  # 0: something was created; 2: nothing was. Anything else comes at once, and would make this a busy loop.
  case $? in 0 | 2) ;; *) sleep 15 ;; esac
done
echo "The job has ended, the Kerberos ticket is renewed no more."
