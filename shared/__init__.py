"""How facts travel between the services, and the words they are said in."""
