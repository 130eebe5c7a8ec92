"""The commands, one module each: ``scrapy X`` in the project, ``snapshotter X`` anywhere."""
