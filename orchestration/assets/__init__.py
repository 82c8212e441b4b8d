"""What the data team sees: one module per stage; each asset body is a few lines that call a room below."""
