"""Parts to real receivers on loopback, against the programs that people would send them with by hand."""
