"""One module per public data set; `registry` lists them."""
