"""From pages to files: a folder of them, or one."""
