"""The sender's desk: the same verdict as at the door, before anything is sent. Reads files, stores nothing, needs no database."""
