#!/usr/bin/env python
"""The same door as `jishu`, under the name Django's people expect."""

from jishu.cli import main

if __name__ == "__main__":
    main()
