"""How the generated samples are made: one cast, and one module per official format."""
