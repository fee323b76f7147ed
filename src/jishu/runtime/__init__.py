"""Everything below Django: processes, the private database, the bundles, the browser of the tests."""
