"""The books at one position, now or in the past, as one request reads them."""
