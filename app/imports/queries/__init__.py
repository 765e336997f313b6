"""Reading imports: the runs of files, how each is laid out, its preview, batches, and what taking one back would do."""
