
keep_step=''
launch_with_launcher() { :; }
