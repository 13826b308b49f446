
fetch_input() { :; } # the manager put it here
send_home() { write_receipt "$dir/receipt.json"; }
