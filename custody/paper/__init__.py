"""Forms as sheets set in PDF, and the codes that carry signed acts on paper and screens (docs/paper.md)."""
