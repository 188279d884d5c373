"""Which results are the same bits again."""
