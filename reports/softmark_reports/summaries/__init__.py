"""What the records come to: each module answers one question, as sheets or as plain values."""
