"""The letter that tells a party of an audit: on paper, in three languages."""
