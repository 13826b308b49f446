
fetch_input() { input_is_whole; } # the manager put it here
send_home() { write_receipt "$dir/receipt.json"; }
