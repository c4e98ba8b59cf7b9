"""What ``custody doctor`` looks at, one thing at a time."""
