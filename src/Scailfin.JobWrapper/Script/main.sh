
# --- what happens, in its order

[ "$LINENO" = @LINE@ ] || exit
trap - EXIT
claim
name_staged
[ -n "$work" ] || { work=/nowhere && fail 217 "No working directory can be made beside '$dir', or in a scratch directory."; }
next runtime
locate
next stage_in
stage_in
next image
prepare_image
next run
run_step
begin stage_out
stage_out
finish
}
