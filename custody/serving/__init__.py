"""What every program that answers over HTTP does in the same way: listening, health, readiness and problems."""
