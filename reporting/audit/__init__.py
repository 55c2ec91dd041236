"""What the auditor sees: from every figure down to its facts, and from every fact up to where it counts. Reads only."""
