"""`python -m shared.command`: the command where nothing is installed on the path."""

from shared.command import main

main()
