"""The report's tables for other tools: Markdown, CSV, JSON, JUnit's XML, and a badge."""
