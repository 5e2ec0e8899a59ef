"""Pages of reports and of the finder."""
