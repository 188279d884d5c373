"""What the records say, as tables and numbers; nothing here is drawn or worded for a page."""
