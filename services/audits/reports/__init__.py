"""Reports on the state of follow-up: tables from what is stored, as page, CSV and PDF."""
