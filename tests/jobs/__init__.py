BATCH = 5_000  # vouchers that a worker is killed over, in twenty portions: a bigger one shows the same
