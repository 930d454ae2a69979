"""One module per benchmark; `bench.catalogue` lists them."""
