"""The plan against the record: which legs were walked, what is due, where custody was broken."""
