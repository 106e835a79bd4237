"""Text to program: structure, spans, mistakes, bounded arithmetic, tables."""
