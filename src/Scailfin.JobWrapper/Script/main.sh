
# --- what happens, in its order

[ -n "$work" ] || { work=/nowhere && fail 217 "No working directory can be made beside '$dir', or in a scratch directory."; }
begin runtime
locate
begin stage_in
stage_in
begin image
prepare_image
begin run
run_step
begin stage_out
stage_out
finish
