"""How the programme goes at a glance: figures per day kept beside the facts, and the pages that show them."""
