"""One module for each type of document that is understood."""
