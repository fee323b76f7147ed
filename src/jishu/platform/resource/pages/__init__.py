"""The generic pages. Each reads one Resource and nothing else; what it is called never matters."""
