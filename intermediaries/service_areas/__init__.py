"""Which municipalities an intermediary serves, and where its hand-outs count."""
