"""The plan against the record: which legs were walked, which are silent, where custody was broken."""
