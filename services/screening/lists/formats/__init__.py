"""One module for each official format. A module that declares a `READER` here is used at once."""
