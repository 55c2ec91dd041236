"""What members say after a year (targets D and E): five plain questions, asked of nobody by name."""
