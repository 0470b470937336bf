"""Evidence bundles: all that proves a case in one ZIP, which can be checked without the system."""
