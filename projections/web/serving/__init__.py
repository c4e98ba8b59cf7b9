"""How an answer is sent: parameters in, validators, caching, health."""
