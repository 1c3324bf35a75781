"""A theme of another body: its own header, its own colours, nothing else."""
