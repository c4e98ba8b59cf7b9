def check_all(election, *, tables, mistakes):
    pass
