"""The quarterly message of the project lead to all parties: progress, stories, and each reader's own figures."""
