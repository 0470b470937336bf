"""What can be read and asked over HTTP, a file for each thing asked about."""
